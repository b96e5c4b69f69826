// One message, drawn for the person who looks.

import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { element, icon } from "./dom.js";
import { isOnlyEmoji, mrkdwn, plain } from "./mrkdwn.js";
import { post } from "./server.js";
import { isReply } from "./store.js";
import { clock, full } from "./times.js";
import { reactions, showTools, tools } from "./tools.js";
import { writer } from "./writer.js";

/** The element of a message. `compact`: it follows one by the same author, whose name is not said again. */
export function messageElement(message, store, { compact, inThread }) {
  const classes = [
    "message",
    compact && "compact",
    message.ephemeral_to && "ephemeral",
    mentionsMe(message, store) && "mentions-me",
  ];
  return element(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      data: { ts: message.ts },
      "aria-label": describe(message, store),
      on: { click: showTools },
    },
    message.ephemeral_to && element("div", { class: "only-you" }, icon("eye"), " Only visible to you"),
    element("div", { class: "gutter" }, compact ? time(message, "time quiet") : avatar(store.user(message.user))),
    element(
      "div",
      { class: "body" },
      !compact && byline(message, store),
      store.editing === message.ts ? editor(message, store) : content(message, store),
      reactions(message, store),
      !inThread && threadLine(message, store),
      message.ephemeral_to && dismiss(message, store),
    ),
    message.subtype !== "tombstone" && tools(message, store, inThread),
  );
}

function describe(message, store) {
  return `${store.user(message.user).name} at ${clock(message.ts)}`;
}

function mentionsMe(message, store) {
  return message.user !== store.person && message.text.includes(`<@${store.person}`);
}

function byline(message, store) {
  const user = store.user(message.user);
  return element(
    "div",
    { class: "byline" },
    element("span", { class: "author" }, user.is_bot ? user.name : user.real_name),
    user.is_bot && element("span", { class: "badge" }, "APP"),
    user.is_restricted && element("span", { class: "badge" }, "GUEST"),
    time(message, "time"),
  );
}

function time(message, kind) {
  return element("time", { class: kind, datetime: message.ts, title: full(message.ts) }, clock(message.ts));
}

function content(message, store) {
  if (message.subtype === "tombstone") return element("div", { class: "text tombstone" }, message.text);
  const drawn = message.blocks ? blocks(message, store) : [];
  const body = drawn.length
    ? element("div", { class: "blocks" }, drawn)
    : element(
        "div",
        { class: isOnlyEmoji(message.text) ? "text large-emoji" : "text" },
        message.mrkdwn ? mrkdwn(message.text, store) : plain(message.text),
      );
  if (message.edited) {
    const mark = element("span", { class: "edited", title: full(message.edited.ts) }, " (edited)");
    (body.lastElementChild?.tagName === "P" ? body.lastElementChild : body).append(mark);
  }
  return body;
}

function editor(message, store) {
  const done = () => store.look({ editing: null });
  const save = async (text) => {
    await post("edit", { person: store.person, channel: message.channel, ts: message.ts, text });
    done();
  };
  const box = writer({ store, label: "Edit the message", value: typed(message.text, store), send: save, cancel: done });
  queueMicrotask(() => box.querySelector("textarea").focus());
  return box;
}

/** The wire form, as it would be typed again. */
function typed(text, store) {
  return text
    .replace(/<@(\w+)>/g, (_, id) => `@${store.user(id).name}`)
    .replace(/<#\w+\|([^>]+)>/g, "#$1")
    .replace(/<!subteam\^(\w+)[^>]*>/g, (_, id) => `@${store.usergroups.get(id)?.handle ?? id}`)
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/<(?:[^>|]+\|)?([^>]+)>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function threadLine(message, store) {
  if (isReply(message)) return openThread(message, message.thread_ts, store, ["View the thread"]);
  if (!message.reply_count) return null;
  const faces = message.reply_users.slice(0, 4).map((id) => avatar(store.user(id), "tiny"));
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const last = element("span", { class: "quiet-words" }, `Last reply at ${clock(message.latest_reply)}`);
  return openThread(message, message.ts, store, [faces, element("span", { class: "replies" }, words), last]);
}

function openThread(message, ts, store, inside) {
  const open = () => store.look({ channel: message.channel, thread: ts });
  return element(
    "button",
    { type: "button", class: "thread-line", data: { focus: `thread/${ts}` }, on: { click: open } },
    inside,
  );
}

function dismiss(message, store) {
  const remove = () => post("delete", { person: store.person, channel: message.channel, ts: message.ts });
  return element("button", { type: "button", class: "dismiss", on: { click: remove } }, "Dismiss message");
}
