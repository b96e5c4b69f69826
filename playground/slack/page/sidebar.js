// The column with the channels, the direct conversations, and who one is.

import { avatar } from "./avatar.js";
import { element, iconButton } from "./dom.js";
import { post } from "./server.js";

/** Draws the column. */
export function sidebar(store) {
  return [
    element(
      "div",
      { class: "workspace" },
      element("span", { class: "workspace-name" }, store.team),
      element("span", { class: "quiet-words" }, store.connected ? "" : "reconnecting…"),
      iconButton("close", "Close the menu", () => store.look({ menu: false }), { class: "icon-button only-narrow" }),
    ),
    element("div", { class: "places" }, channels(store), directs(store)),
    switcher(store),
  ];
}

function channels(store) {
  const rows = store
    .myChannels()
    .map((channel) =>
      place(store, {
        channel,
        mark: element("span", { class: "hash", "aria-hidden": "true" }, "#"),
        name: channel.name,
        open: () => go(store, channel.id),
      }),
    );
  return element("section", { "aria-label": "Channels" }, element("h2", {}, "Channels"), rows);
}

/** Everybody one can write to: a conversation is opened when it is first looked at. */
function directs(store) {
  const open = new Map(store.myDirectChannels().map((channel) => [store.other(channel).id, channel]));
  const others = [...store.users.values()].filter((user) => user.id !== store.person && !user.deleted);
  const mine = others.filter((user) => open.has(user.id) || user.id === store.app.user || !user.is_bot);
  const rows = mine.map((user) => {
    const channel = open.get(user.id);
    const here = user.is_bot ? store.online && user.id === store.app.user : true;
    const mark = element("span", { class: `face ${here ? "here" : ""}` }, avatar(user, "small"));
    const enter = () => (channel ? go(store, channel.id) : begin(store, user));
    return place(store, { channel, mark, name: user.name, badge: user.is_bot ? "APP" : null, open: enter });
  });
  return element("section", { "aria-label": "Direct messages" }, element("h2", {}, "Direct messages"), rows);
}

function place(store, { channel, mark, name, badge, open }) {
  const current = channel?.id === store.channel;
  const { count, mentions } = channel && !current ? store.unread(channel) : { count: 0, mentions: 0 };
  return element(
    "button",
    {
      type: "button",
      class: count ? "place unread" : "place",
      "aria-current": current ? "page" : null,
      data: { focus: `place/${name}` },
      on: { click: open },
    },
    mark,
    element("span", { class: "place-name" }, name),
    badge && element("span", { class: "badge" }, badge),
    mentions > 0 && element("span", { class: "mentions", "aria-label": `${mentions} for you` }, String(mentions)),
  );
}

function switcher(store) {
  const choices = store.people().map((user) =>
    element(
      "label",
      { class: "person", title: user.real_name },
      element("input", {
        type: "radio",
        name: "person",
        value: user.name,
        checked: user.id === store.person,
        data: { focus: `person/${user.name}` },
        on: { change: () => become(store, user) },
      }),
      avatar(user, "small"),
      element("span", {}, user.name),
    ),
  );
  return element("fieldset", { class: "switcher" }, element("legend", {}, "You are"), choices);
}

function go(store, channel) {
  store.look({ channel, thread: null, editing: null, menu: false });
}

async function begin(store, user) {
  const { channel } = await post("open", { person: store.person, channel: user.id });
  await store.load();
  go(store, channel);
}

/** Another person looks: at the same channel, if they are in it. */
function become(store, user) {
  const stays = store.channels.get(store.channel)?.members.includes(user.id);
  store.look({ person: user.id, editing: null, ...(stays ? {} : { thread: null }) });
  if (!stays) store.look({ channel: store.myChannels()[0]?.id });
}
