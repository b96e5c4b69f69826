// What one can do with a message: react, reply, edit, delete.

import { asked, toast } from "./dialogs.js";
import { element, iconButton } from "./dom.js";
import { QUICK, emoji } from "./emoji.js";
import { post } from "./server.js";

/** The reactions under a message: a press adds one's own or takes it away. */
export function reactions(message, store) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map(({ name, users, count }) => {
    const mine = users.includes(store.person);
    const who = users.map((id) => store.user(id).name).join(", ");
    return element(
      "button",
      {
        type: "button",
        class: mine ? "reaction mine" : "reaction",
        title: `${who} reacted with :${name}:`,
        "aria-pressed": String(mine),
        on: { click: () => react(message, store, name) },
      },
      element("span", {}, emoji(name) ?? `:${name}:`),
      element("span", { class: "count" }, String(count)),
    );
  });
  return element("div", { class: "reactions" }, chips);
}

/** The buttons that appear over a message. */
export function tools(message, store, inThread) {
  const mine = message.user === store.person;
  const quick = QUICK.slice(0, 3).map((name) =>
    element(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": `React with ${name}`,
        title: `:${name}:`,
        on: { click: () => react(message, store, name) },
      },
      emoji(name),
    ),
  );
  if (message.ephemeral_to) return null;
  return element(
    "div",
    { class: "tools", role: "group", "aria-label": "Message actions" },
    quick,
    !inThread && iconButton("reply", "Reply in thread", () => store.look({ thread: message.thread_ts ?? message.ts })),
    mine && iconButton("edit", "Edit message", () => store.look({ editing: message.ts })),
    mine && iconButton("trash", "Delete message", () => remove(message, store)),
  );
}

/** Where nothing can hover, a tap on a message shows its tools. */
export function showTools(event) {
  if (event.target.closest("a, button, select, textarea")) return;
  for (const other of document.querySelectorAll(".message.open")) {
    if (other !== event.currentTarget) other.classList.remove("open");
  }
  event.currentTarget.classList.toggle("open");
}

async function remove(message, store) {
  if (
    !(await asked("Delete message", "Are you sure you want to delete this message? This cannot be undone.", "Delete"))
  )
    return;
  await post("delete", { person: store.person, channel: message.channel, ts: message.ts });
}

async function react(message, store, name) {
  try {
    await post("react", { person: store.person, channel: message.channel, ts: message.ts, name });
  } catch (error) {
    toast(error.message);
  }
}
