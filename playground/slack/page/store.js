// All that the page knows: what the workspace holds, and what this person looks at.

import { get } from "./server.js";

const REMEMBERED = "playground.person";

export class Store extends EventTarget {
  team = "";
  users = new Map();
  channels = new Map();
  usergroups = new Map();
  messages = new Map();
  app = {};
  online = false;
  bookmarks = [];
  hint = "";
  connected = true;

  person = null;
  channel = null;
  thread = null;
  editing = null;
  menu = false;
  read = new Map();

  /** Reads everything anew. */
  async load() {
    const state = await get("state");
    this.team = state.team;
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
    this.usergroups = new Map(state.usergroups.map((group) => [group.id, group]));
    this.messages = new Map();
    for (const message of state.messages) this.#keep(message);
    Object.assign(this, { app: state.app, online: state.online, bookmarks: state.bookmarks, hint: state.hint });
    this.person ??= this.#rememberedPerson();
    this.channel ??= this.myChannels()[0]?.id;
    this.#changed();
    return state;
  }

  /** Takes in one change. */
  apply(change) {
    if (change.kind === "message") this.#keep(change.message);
    else if (change.kind === "deleted") this.messages.get(change.channel)?.delete(change.ts);
    else if (change.kind === "presence") this.online = change.online;
    else if (change.kind === "hint") this.hint = change.hint;
    else if (change.kind === "bookmarks") this.bookmarks = change.bookmarks;
    else if (change.kind === "joined") this.channels.get(change.channel)?.members.push(change.user);
    this.#changed();
  }

  /** Sets what this person looks at. */
  look(view) {
    if ("person" in view) localStorage.setItem(REMEMBERED, view.person);
    Object.assign(this, view);
    this.#changed();
  }

  user(id) {
    return this.users.get(id) ?? { id, name: id, real_name: id, initials: "?", colour: "#64748b", is_bot: false };
  }

  people() {
    return [...this.users.values()].filter((user) => !user.is_bot && !user.deleted);
  }

  myChannels() {
    return [...this.channels.values()].filter((one) => !one.direct && one.members.includes(this.person));
  }

  myDirectChannels() {
    return [...this.channels.values()].filter((one) => one.direct && one.members.includes(this.person));
  }

  /** The other one in a direct conversation. */
  other(channel) {
    return this.user(channel.members.find((member) => member !== this.person) ?? this.person);
  }

  /** What this person sees in a channel, oldest first. */
  inChannel(channel) {
    return this.#seen(channel).filter((one) => !isReply(one) || one.broadcast);
  }

  /** A root and its replies. */
  inThread(channel, ts) {
    return this.#seen(channel).filter((one) => one.ts === ts || one.thread_ts === ts);
  }

  message(channel, ts) {
    return this.messages.get(channel)?.get(ts);
  }

  /** How much this person has not seen in a channel: {count, mentions}. */
  unread(channel) {
    const after = this.read.get(`${this.person} ${channel.id}`) ?? this.read.get("start") ?? "";
    const fresh = this.#seen(channel.id).filter((one) => one.ts > after && one.user !== this.person);
    const mentions = fresh.filter((one) => channel.direct || one.text.includes(`<@${this.person}`));
    return { count: fresh.filter((one) => !isReply(one)).length, mentions: mentions.length };
  }

  /** Everything in the channel has been seen. */
  markRead(channel) {
    const last = this.#seen(channel).at(-1);
    if (last) this.read.set(`${this.person} ${channel}`, last.ts);
  }

  #seen(channel) {
    const all = [...(this.messages.get(channel)?.values() ?? [])];
    return all.filter((one) => one.ephemeral_to === null || one.ephemeral_to === this.person);
  }

  #keep(message) {
    if (!this.messages.has(message.channel)) this.messages.set(message.channel, new Map());
    this.messages.get(message.channel).set(message.ts, message);
  }

  #rememberedPerson() {
    const asked = new URLSearchParams(location.search).get("as") ?? localStorage.getItem(REMEMBERED);
    const people = this.people();
    return (people.find((user) => user.id === asked || user.name === asked) ?? people[0]).id;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}
