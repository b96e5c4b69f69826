// Puts the page together and keeps it up to date.

import { toast } from "./dialogs.js";
import { element } from "./dom.js";
import { bookmarks, channelHeader, hints, threadHeader } from "./headers.js";
import { listen, post } from "./server.js";
import { sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { Timeline } from "./timeline.js";
import { writer } from "./writer.js";

const store = new Store();
const at = (id) => document.getElementById(id);
const timeline = new Timeline(at("timeline"), store);
const threadTimeline = new Timeline(at("thread-timeline"), store);
const boxes = { channel: "", thread: "" };

/** Draws again, once for all the changes of one frame. */
let planned = false;
function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    draw();
  });
}

function draw() {
  const channel = store.channels.get(store.channel);
  if (!channel) return;
  if (document.visibilityState === "visible") store.markRead(channel.id);
  at("app").classList.toggle("menu-open", store.menu);
  redraw(at("sidebar"), sidebar(store));
  redraw(at("header"), channelHeader(store));
  redraw(at("bookmarks"), bookmarks(store));
  at("bookmarks").hidden = !store.bookmarks.length;
  timeline.show(`${store.person} ${channel.id}`, store.inChannel(channel.id), { empty: beginning(channel) });
  drawThread(channel);
  drawBoxes(channel);
  document.title = `${channel.direct ? store.other(channel).name : `#${channel.name}`} · ${store.team}`;
}

function drawThread(channel) {
  const root = store.thread && store.message(channel.id, store.thread);
  at("thread").hidden = !root;
  at("app").classList.toggle("thread-open", Boolean(root));
  if (!root) return;
  redraw(at("thread-header"), threadHeader(store));
  threadTimeline.show(`${store.person} ${root.ts}`, store.inThread(channel.id, root.ts), { inThread: true });
}

/** The boxes are made anew only where another conversation is looked at: what is half written stays. */
function drawBoxes(channel) {
  const name = channel.direct ? `Message ${store.other(channel).name}` : `Message #${channel.name}`;
  const key = `${store.person} ${channel.id}`;
  if (boxes.channel !== key) {
    boxes.channel = key;
    const send = (text) => say(channel, text, null);
    at("composer").replaceChildren(
      element("div", { class: "hint-place" }),
      writer({ store, label: name, send, lastOwn }),
    );
  }
  at("composer")
    .querySelector(".hint-place")
    .replaceChildren(...[hints(store, insert)].filter(Boolean));
  if (store.thread && boxes.thread !== `${key} ${store.thread}`) {
    boxes.thread = `${key} ${store.thread}`;
    const root = store.thread;
    const box = writer({ store, label: "Reply…", send: (text) => say(channel, text, root) });
    at("thread-composer").replaceChildren(box);
    box.querySelector("textarea").focus();
  }
  if (!store.thread) boxes.thread = "";
}

async function say(channel, text, thread) {
  const [command, ...rest] = text.split(" ");
  const body = { person: store.person, channel: channel.id };
  if (!command.startsWith("/")) {
    await post("type", { ...body, text, thread_ts: thread });
  } else if (command !== store.app.command) {
    throw new Error(`${command} is not a valid command`);
  } else if (thread) {
    throw new Error(`${command} is not supported in threads`);
  } else {
    await post("slash", { ...body, command, text: rest.join(" ") });
  }
  (thread ? threadTimeline : timeline).toEnd();
}

function insert(text) {
  const field = at("composer").querySelector("textarea");
  field.value = text;
  field.dispatchEvent(new Event("input"));
  field.focus();
}

function lastOwn() {
  const own = store.inChannel(store.channel).filter((one) => one.user === store.person && !one.ephemeral_to);
  if (own.length) store.look({ editing: own.at(-1).ts });
}

/** Replaces what is in a place, with the focus where it was. */
function redraw(place, nodes) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  place.replaceChildren(...nodes.filter(Boolean));
  if (focused) place.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function beginning(channel) {
  const words = channel.direct
    ? `This is the beginning of your conversation with ${store.other(channel).name}.`
    : `This is the very beginning of #${channel.name}.`;
  return element("p", { class: "beginning" }, words);
}

/** An address may name a channel, and a message in it: #C0DEPLOYS1/1700000000.000100 */
function followAddress() {
  const [channel, ts] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (!store.channels.get(channel)?.members.includes(store.person)) return;
  store.look({ channel, thread: null, menu: false });
  if (ts) requestAnimationFrame(() => requestAnimationFrame(() => timeline.pointAt(ts)));
}

async function changed(change) {
  const unknown = change.kind === "message" && !store.channels.has(change.message.channel);
  if (unknown) await store.load();
  else store.apply(change);
  if (change.kind === "unanswered" && change.user === store.person)
    toast(`${change.what} got no answer: the app is not there.`);
}

async function start() {
  store.addEventListener("change", plan);
  const state = await store.load();
  store.read.set("start", String(Date.now() / 1000));
  followAddress();
  listen(state.seq, {
    changed,
    connected: (epoch) => (epoch === state.epoch ? store.look({ connected: true }) : location.reload()),
    lost: () => store.look({ connected: false }),
  });
}

addEventListener("hashchange", followAddress);
addEventListener("visibilitychange", plan);
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (store.menu) store.look({ menu: false });
  else if (store.thread) store.look({ thread: null });
});
at("veil").addEventListener("click", () => store.look({ menu: false }));
start();
