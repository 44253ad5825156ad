// Rating an answer; after it one may say why.

import { isTouch } from "../device.js";
import { find } from "../dom.js";
import { openBeside } from "../components/floating.js";
import { rate } from "../live/ratings.js";

const WHY = "rating-panel";

/** @param {string} id @param {"up" | "down"} value */
export function rateAnswer(id, value) {
  const wanted = rate(id, value);
  const panel = document.getElementById(WHY);
  const message = find(`[data-message="${CSS.escape(id)}"]`);
  if (!wanted || !panel || !message) return;
  if (!wanted.value) return panel.hidePopover();
  panel.querySelector("form")?.reset();
  openBeside(panel, find(".message-actions", message) ?? message, `${id} ${wanted.n} ${value}`);
  if (!isTouch()) find("textarea", panel)?.focus(); // no keyboard comes up over the page
}
