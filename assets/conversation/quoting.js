// What a reply shows of the message that it answers.

import { find } from "../dom.js";
import { cut } from "../graphemes.js";

const QUOTED = 140; // characters

/** What a message says, as it is rendered: without Markdown's marks. @param {Row} row */
export function saidIn(row) {
  const shown = /** @type {Element | undefined} */ (find(`[data-message="${CSS.escape(row.id)}"] .markdown`)?.cloneNode(true));
  shown?.querySelectorAll("button, figcaption, .katex-mathml").forEach((part) => part.remove());
  shown?.querySelectorAll("p, li, pre, h1, h2, h3, h4, h5, h6, td, th, br").forEach((part) => part.before(" "));
  return cut((shown?.textContent ?? row.text).replace(/\s+/g, " ").trim(), QUOTED);
}
