// A list of messages that follows what happens: only what has changed is drawn again.

import { element, icon } from "./dom.js";
import { messageElement } from "./message.js";
import { closeTogether, day, sameDayTs } from "./times.js";

const NEAR_THE_END_PIXELS = 80;

export class Timeline {
  #place;
  #store;
  #drawn = new Map();
  #shown = "";
  #jump;
  #following = true;

  constructor(place, store) {
    this.#place = place;
    this.#store = store;
    this.#jump = element(
      "button",
      { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } },
      icon("down"),
      " New messages",
    );
    place.after(this.#jump);
    place.addEventListener("scroll", () => this.#scrolled());
    new ResizeObserver(() => this.#following && this.toEnd()).observe(place);
  }

  /** Shows these messages. `name` says which list it is: another one starts at its end. */
  show(name, messages, { inThread = false, empty = null } = {}) {
    const another = name !== this.#shown;
    const follow = another || this.#following;
    this.#shown = name;
    const wanted = [...this.#rows(messages, inThread)];
    if (!wanted.length && empty) wanted.push({ key: "empty", signature: name, make: () => empty });
    const grown = this.#reconcile(wanted);
    if (follow) this.toEnd();
    else if (grown) this.#jump.hidden = false;
  }

  toEnd() {
    this.#place.scrollTop = this.#place.scrollHeight;
    this.#following = true;
    this.#jump.hidden = true;
  }

  /** Brings one message into view and marks it for a moment. */
  pointAt(ts) {
    const found = this.#drawn.get(ts)?.node;
    if (!found) return;
    found.scrollIntoView({ block: "center" });
    found.classList.add("pointed-at");
    setTimeout(() => found.classList.remove("pointed-at"), 2500);
  }

  /** Who is at the end stays there as messages come; who has scrolled up is left alone. */
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#place;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PIXELS;
    if (this.#following) this.#jump.hidden = true;
  }

  *#rows(messages, inThread) {
    let last = null;
    for (const message of messages) {
      const newDay = !last || !sameDayTs(last.ts, message.ts);
      if (newDay && !inThread) yield dayRow(message.ts);
      const afterRoot = inThread && last === messages[0];
      if (afterRoot) yield countRow(messages.length - 1);
      const compact = !newDay && !afterRoot && goesWith(last, message);
      const editing = this.#store.editing === message.ts;
      const signature = JSON.stringify([message, compact, this.#store.person, editing]);
      yield { key: message.ts, signature, make: () => messageElement(message, this.#store, { compact, inThread }) };
      last = message;
    }
  }

  /** Makes the children those that are wanted; true if one came at the end. */
  #reconcile(wanted) {
    const keys = new Set(wanted.map((row) => row.key));
    for (const [key, row] of this.#drawn) {
      if (!keys.has(key)) {
        row.node.remove();
        this.#drawn.delete(key);
      }
    }
    let grown = false;
    let before = this.#place.firstElementChild;
    for (const row of wanted) {
      const old = this.#drawn.get(row.key);
      const node = old?.signature === row.signature ? old.node : row.make();
      if (old && old.node !== node) {
        if (before === old.node) before = node;
        replaceKeepingFocus(old.node, node);
      }
      if (node === before) before = node.nextElementSibling;
      else this.#place.insertBefore(node, before);
      grown ||= !old;
      this.#drawn.set(row.key, { node, signature: row.signature });
    }
    return grown;
  }
}

/** A message may be drawn anew while somebody's focus is on a button in it: it stays there. */
function replaceKeepingFocus(old, made) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  made.classList.toggle("open", old.classList.contains("open"));
  old.replaceWith(made);
  if (focused) made.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function goesWith(last, message) {
  const plain = !message.ephemeral_to && !last.ephemeral_to && last.subtype !== "tombstone";
  return plain && last.user === message.user && closeTogether(last.ts, message.ts) && !last.reply_count;
}

function dayRow(ts) {
  const words = day(ts);
  const make = () => element("div", { class: "day", role: "separator" }, element("span", {}, words));
  return { key: `day ${words}`, signature: words, make };
}

function countRow(count) {
  const words = count === 1 ? "1 reply" : `${count} replies`;
  return {
    key: "count",
    signature: words,
    make: () => element("div", { class: "day left" }, element("span", {}, words)),
  };
}
