// Rating an answer; after a thumb down one may say why.

import { isTouch } from "../device.js";
import { find } from "../dom.js";
import { openBeside } from "../components/floating.js";
import { rate } from "../live/ratings.js";

const WHY = "rating-panel";

/** @param {string} id */
export const rateUp = (id) => void rate(id, "up");

/** @param {string} id */
export function rateDown(id) {
  const wanted = rate(id, "down");
  const panel = document.getElementById(WHY);
  const message = find(`[data-message="${CSS.escape(id)}"]`);
  if (!wanted || !panel || !message) return;
  if (!wanted.value) return panel.hidePopover();
  panel.querySelector("form")?.reset();
  const about = /** @type {HTMLInputElement | null} */ (panel.querySelector("[name=about]"));
  if (about) about.value = `${id} ${wanted.n}`;
  openBeside(panel, find(".message-actions", message) ?? message);
  if (!isTouch()) find("textarea", panel)?.focus(); // no keyboard comes up over the page
}

export const closeReason = () => document.getElementById(WHY)?.hidePopover();
