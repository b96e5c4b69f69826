// Block Kit, drawn.

import { confirmed, toast } from "./dialogs.js";
import { element } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { post } from "./server.js";

const BUSY_MILLISECONDS = 3000;

/** The nodes of a message's blocks; kinds that are not known here are left out. */
export function blocks(message, store) {
  return message.blocks.map((block) => DRAWN[block.type]?.(block, message, store)).filter(Boolean);
}

const DRAWN = { section, header, divider, context, actions, image };

function section(block, message, store) {
  const fields = (block.fields ?? []).map((field) => element("div", { class: "text" }, textObject(field, store)));
  return element(
    "div",
    { class: "block section" },
    element(
      "div",
      { class: "section-main" },
      block.text && element("div", { class: "text" }, textObject(block.text, store)),
      fields.length > 0 && element("div", { class: "fields" }, fields),
    ),
    block.accessory && element("div", { class: "accessory" }, part(block.accessory, block, message, store)),
  );
}

function header(block, _, store) {
  return element("h3", { class: "block block-header" }, textObject(block.text, store));
}

function divider() {
  return element("hr", { class: "block" });
}

function context(block, _, store) {
  const parts = block.elements.map((one) =>
    one.type === "image" ? picture(one, "thumb") : element("span", { class: "text" }, textObject(one, store)),
  );
  return element("div", { class: "block context" }, parts);
}

function actions(block, message, store) {
  const parts = block.elements.map((one) => part(one, block, message, store));
  return element("div", { class: "block actions" }, parts);
}

function image(block, _, store) {
  return element(
    "figure",
    { class: "block image" },
    block.title && element("figcaption", {}, textObject(block.title, store)),
    picture(block, "picture"),
  );
}

function picture(block, kind) {
  return element("img", { class: kind, src: block.image_url, alt: block.alt_text, loading: "lazy" });
}

function part(one, block, message, store) {
  if (one.type === "image") return picture(one, "thumb");
  if (one.type === "button") return button(one, block, message, store);
  return choice(one, block, message, store);
}

function button(one, block, message, store) {
  const look = ["button", one.style].filter(Boolean).join(" ");
  const data = { focus: `${block.block_id}/${one.action_id}`, action: one.action_id };
  const words = textObject(one.text, store);
  const press = (event) => act(event.currentTarget, one, message, store);
  if (!one.url) return element("button", { type: "button", class: look, data, on: { click: press } }, words);
  const address = /^https?:/i.test(one.url) ? one.url : null;
  return element(
    "a",
    { class: look, href: address, target: "_blank", rel: "noopener noreferrer", data, on: { click: press } },
    words,
  );
}

function choice(one, block, message, store) {
  const options = one.options.map((option) => element("option", { value: option.value }, option.text.text));
  const prompt = one.placeholder?.text ?? "Choose…";
  const chosen = (event) => act(event.currentTarget, one, message, store, event.currentTarget.value);
  return element(
    "select",
    {
      class: "button",
      "aria-label": prompt,
      data: { focus: `${block.block_id}/${one.action_id}` },
      on: { change: chosen },
    },
    element("option", { value: "", selected: true, disabled: true }, prompt),
    options,
  );
}

async function act(control, one, message, store, selected) {
  if (one.confirm && !(await confirmed(one.confirm, store))) return;
  control.setAttribute("aria-busy", "true");
  setTimeout(() => control.removeAttribute("aria-busy"), BUSY_MILLISECONDS);
  const { channel, ts } = message;
  try {
    await post("click", { person: store.person, channel, ts, action_id: one.action_id, selected });
  } catch (error) {
    toast(`That did not work: ${error.message}`);
  }
}
