// The round picture of somebody: their initials on their colour.

import { element } from "./dom.js";

export function avatar(user, size = "") {
  return element(
    "span",
    { class: `avatar ${size} ${user.is_bot ? "bot" : ""}`, style: { "--colour": user.colour }, "aria-hidden": "true" },
    user.initials,
  );
}
