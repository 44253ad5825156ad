// The search among the models of a menu.
import { findAll } from "../dom.js";
import { fold } from "../folding.js";
import { makeStore } from "../store.js";

const sought = makeStore({ words: "" });
export const useModelWords = sought.use;
export const modelSearch = { onChange: (/** @type {{ target: HTMLInputElement }} */ event) => sought.set({ words: event.target.value }) };

/** Whether a model fits all words that are typed. @param {string} words @param {string} name */
export function fitsModel(words, name) {
  const folded = fold(name);
  return fold(words).split(/\s+/).every((word) => folded.includes(word));
}

if (typeof document !== "undefined") {
  document.addEventListener("toggle", (event) => event.target instanceof Element && findAll(".model-search", event.target).length && sought.set({ words: "" }), true);
}
