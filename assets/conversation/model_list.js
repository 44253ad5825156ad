// The search among the models and assistants of a menu.
import { findAll } from "../dom.js";
import { fold } from "../folding.js";
import { wantAssistants } from "../live/assistants.js";
import { makeStore } from "../store.js";

const sought = makeStore({ words: "" });
export const useModelWords = sought.use;
export const modelSearch = { onChange: (/** @type {{ target: HTMLInputElement }} */ event) => sought.set({ words: event.target.value }) };

/** Whether a model fits all words that are typed. @param {string} words @param {string} name */
export function fitsModel(words, name) {
  const folded = fold(name);
  return fold(words).split(/\s+/).every((word) => folded.includes(word));
}

/** A menu of them has opened or closed. @param {Element} menu */
function turned(menu) {
  if (findAll(".model-search", menu).length) sought.set({ words: "" });
  if (menu.matches(":popover-open")) wantAssistants();
}

if (typeof document !== "undefined") {
  document.addEventListener("toggle", (event) => event.target instanceof Element && event.target.matches(".answerers") && turned(event.target), true);
}
