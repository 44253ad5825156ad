// The quote of a message in a reply.

import { find } from "../dom.js";
import { cut } from "../graphemes.js";

const QUOTED = 140; // characters

/** A formula without its braces and backslashes; the server's quotation reads better. @param {string} tex */
const plain = (tex) => tex.replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "$1/$2").replace(/\\(?=[a-z])|[{}]/gi, "");

/** The text of a message as it is rendered: without Markdown's marks. @param {Row} row */
export function saidIn(row) {
  const shown = /** @type {Element | undefined} */ (find(`[data-message="${CSS.escape(row.id)}"] .markdown`)?.cloneNode(true));
  shown?.querySelectorAll(".katex").forEach((formula) => formula.replaceWith(plain(formula.querySelector("annotation")?.textContent ?? "")));
  shown?.querySelectorAll("button, figcaption").forEach((part) => part.remove());
  shown?.querySelectorAll("p, li, pre, h1, h2, h3, h4, h5, h6, td, th, br").forEach((part) => part.before(" "));
  return cut((shown?.textContent ?? row.text).replace(/\s+/g, " ").trim(), QUOTED);
}
