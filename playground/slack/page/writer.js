// The box in which people write.

import { toast } from "./dialogs.js";
import { element, iconButton } from "./dom.js";
import { Suggestions } from "./suggestions.js";

const TALLEST_PIXELS = 240;

/**
 * A box for a message: Enter sends, Shift+Enter starts a line. `send(text)` may reject: the text is then kept.
 * `cancel`, if given, is for Escape. `lastOwn` is for the arrow up in an empty box.
 */
export function writer({ store, label, value = "", send, cancel, lastOwn }) {
  const field = element("textarea", {
    rows: 1,
    placeholder: label,
    "aria-label": label,
    value,
    autocomplete: "off",
    spellcheck: "true",
  });
  const suggestions = new Suggestions(field, store);
  const button = iconButton("send", cancel ? "Save" : "Send", () => submit(), {
    class: "icon-button send",
    disabled: !value,
  });

  const changed = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST_PIXELS)}px`;
    button.disabled = !field.value.trim();
  };
  const submit = async () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    changed();
    try {
      await send(text);
    } catch (error) {
      field.value ||= text;
      changed();
      toast(`Not sent: ${error.message}`);
    }
  };
  const pressed = (event) => {
    if (event.isComposing || suggestions.pressed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && cancel) {
      event.stopPropagation();
      cancel();
    } else if (event.key === "ArrowUp" && !field.value && lastOwn) {
      event.preventDefault();
      lastOwn();
    }
  };
  field.addEventListener("input", changed);
  field.addEventListener("keydown", pressed);
  queueMicrotask(changed);
  return element("div", { class: "writer" }, suggestions.list, field, button);
}
