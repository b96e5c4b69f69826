// Names to choose from while one types @ or #.

import { avatar } from "./avatar.js";
import { element } from "./dom.js";

const MOST = 6;
const STARTED = /(?:^|\s)([@#])([\w.-]*)$/;

export class Suggestions {
  #field;
  #store;
  #chosen = 0;
  #found = [];

  constructor(field, store) {
    this.#field = field;
    this.#store = store;
    this.list = element("ul", { class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    field.addEventListener("input", () => this.#look());
    field.addEventListener("blur", () => this.#close());
  }

  /** True if the key was for the list. */
  pressed(event) {
    if (this.list.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose((this.#chosen + step + this.#found.length) % this.#found.length);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#found[this.#chosen]);
    else if (event.key === "Escape") this.#close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #look() {
    const started = STARTED.exec(this.#field.value.slice(0, this.#field.selectionStart));
    this.#found = started ? this.#matches(started[1], started[2].toLowerCase()) : [];
    if (!this.#found.length) return this.#close();
    this.list.replaceChildren(...this.#found.map((one) => this.#row(one)));
    this.list.hidden = false;
    return this.#choose(0);
  }

  /** The names that begin like this; none where the only one is already there in full. */
  #matches(sigil, typed) {
    const found = this.#names(sigil).filter((one) => one.name.startsWith(typed));
    return found.length === 1 && found[0].name === typed ? [] : found.slice(0, MOST);
  }

  #names(sigil) {
    if (sigil === "#") return this.#store.myChannels().map(({ name }) => ({ sigil, name, words: "" }));
    const people = [...this.#store.users.values()].map((user) => ({
      sigil,
      name: user.name,
      words: user.real_name,
      user,
    }));
    const groups = [...this.#store.usergroups.values()].map((group) => ({
      sigil,
      name: group.handle,
      words: group.name,
    }));
    return [...people, ...groups];
  }

  #row(one) {
    const take = (event) => {
      event.preventDefault();
      this.#take(one);
    };
    return element(
      "li",
      { role: "option", on: { mousedown: take } },
      one.user && avatar(one.user, "small"),
      element("span", { class: "author" }, `${one.sigil}${one.name}`),
      element("span", { class: "quiet-words" }, one.words),
    );
  }

  #choose(index) {
    this.#chosen = index;
    [...this.list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
  }

  #take(one) {
    const at = this.#field.selectionStart;
    const before = this.#field.value.slice(0, at).replace(/[@#][\w.-]*$/, `${one.sigil}${one.name} `);
    this.#field.value = before + this.#field.value.slice(at);
    this.#field.selectionStart = this.#field.selectionEnd = before.length;
    this.#close();
    this.#field.dispatchEvent(new Event("input"));
  }

  #close() {
    this.list.hidden = true;
  }
}
