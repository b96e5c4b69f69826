// What stands above the messages, and the hints below them.

import { avatar } from "./avatar.js";
import { element, icon, iconButton } from "./dom.js";
import { link } from "./mrkdwn.js";

export function channelHeader(store) {
  const channel = store.channels.get(store.channel);
  const me = store.user(store.person);
  const other = channel.direct ? store.other(channel) : null;
  return [
    iconButton("menu", "Open the menu", () => store.look({ menu: true }), { class: "icon-button only-narrow" }),
    element(
      "div",
      { class: "title" },
      element("h1", {}, other ? [avatar(other, "small"), ` ${other.name}`] : `# ${channel.name}`),
      element("p", {}, other ? presence(store, other) : channel.topic),
    ),
    !other &&
      element(
        "span",
        { class: "members", title: channel.members.map((id) => store.user(id).name).join(", ") },
        `${channel.members.length} members`,
      ),
    element(
      "button",
      {
        type: "button",
        class: "me",
        "aria-label": `You are ${me.name}: change`,
        on: { click: () => store.look({ menu: true }) },
      },
      avatar(me, "small"),
    ),
  ];
}

function presence(store, other) {
  if (!other.is_bot) return other.real_name;
  return store.online ? "App · connected" : "App · not connected";
}

export function threadHeader(store) {
  const channel = store.channels.get(store.channel);
  return [
    element(
      "div",
      { class: "title" },
      element("h2", {}, "Thread"),
      element("p", {}, channel.direct ? store.other(channel).name : `# ${channel.name}`),
    ),
    iconButton("close", "Close the thread", () => store.look({ thread: null })),
  ];
}

export function bookmarks(store) {
  return store.bookmarks.map(({ title, url }) => {
    const made = link(url, title);
    made.prepend(icon("link"), " ");
    return made;
  });
}

/** What to type next: a press puts it into the box. */
export function hints(store, insert) {
  const lines = store.hint.split("\n").filter((line) => line.trim());
  if (!lines.length) return null;
  const chips = lines.map((line) =>
    element(
      "button",
      { type: "button", class: "hint", title: "Put this into the message box", on: { click: () => insert(line) } },
      line,
    ),
  );
  return element("div", { class: "hints" }, element("span", { class: "quiet-words" }, "Type:"), chips);
}
