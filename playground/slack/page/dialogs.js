// Questions and short notices.

import { element } from "./dom.js";
import { textObject } from "./mrkdwn.js";

const TOAST_MILLISECONDS = 6000;

/** Asks Block Kit's confirmation; true if it is confirmed. Escape and a click beside it mean no. */
export function confirmed(question, store) {
  return new Promise((resolve) => {
    const style = question.style === "danger" ? "button danger solid" : "button primary solid";
    const dialog = element(
      "dialog",
      {
        class: "dialog",
        "aria-labelledby": "dialog-title",
        on: { close: () => finish(), click: (event) => outside(event) },
      },
      element(
        "form",
        { method: "dialog" },
        element("h2", { id: "dialog-title" }, textObject(question.title, store)),
        element("div", { class: "text" }, textObject(question.text, store)),
        element(
          "div",
          { class: "dialog-buttons" },
          element("button", { class: "button", value: "no" }, textObject(question.deny, store)),
          element("button", { class: style, value: "yes", autofocus: true }, textObject(question.confirm, store)),
        ),
      ),
    );
    const outside = (event) => event.target === dialog && dialog.close("no");
    const finish = () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks a question of the page's own. */
export function asked(title, text, yes) {
  const words = (content) => ({ type: "plain_text", text: content });
  return confirmed({
    title: words(title),
    text: words(text),
    confirm: words(yes),
    deny: words("Cancel"),
    style: "danger",
  });
}

/** Shows a notice for a few seconds. */
export function toast(words) {
  const shown = element("div", { class: "toast" }, words);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_MILLISECONDS);
}
