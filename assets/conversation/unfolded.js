// Remember the parts that people have unfolded or folded, until the page is reloaded.
import { useReducer } from "react";

import { look } from "../markdown/turns.js";
import { keepStill } from "./scroller.js";

/** @type {Map<string, boolean>} */
const chosen = new Map(); // the element's id → whether it is unfolded

/** Have an element unfolded the next time that it is shown. @param {string} id */
export const unfold = (id) => chosen.set(id, true);

/**
 * Whether the element `id` is unfolded, and how to fold or unfold it: `beside` stands still meanwhile, less `by`.
 * @param {string} id
 * @param {boolean} atFirst
 * @returns {[boolean, (open: boolean, beside: HTMLElement, by?: number) => void]}
 */
export function useUnfolded(id, atFirst) {
  const [, again] = useReducer((count) => count + 1, 0);
  const set = (/** @type {boolean} */ open, /** @type {HTMLElement} */ beside, by = 0) => {
    keepStill(beside, () => (chosen.set(id, open), again()), by);
    look();
  };
  return [chosen.get(id) ?? atFirst, set];
}
