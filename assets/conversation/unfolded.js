// Remember the parts that people have unfolded or folded, until the page is reloaded.
import { look } from "../markdown/turns.js";
import { makeStore } from "../store.js";
import { keepStill } from "./scroller.js";

const chosen = makeStore(/** @type {Record<string, boolean>} */ ({})); // the element's id → whether it is unfolded

/** Have an element unfolded. @param {string} id */
export const unfold = (id) => chosen.update({ [id]: true });

/**
 * Whether the element `id` is unfolded, and how to fold or unfold it: `beside` stands still meanwhile, less `by`.
 * @param {string} id
 * @param {boolean} atFirst
 * @returns {[boolean, (open: boolean, beside: HTMLElement, by?: number) => void]}
 */
export function useUnfolded(id, atFirst) {
  const isOpen = chosen.use(id) ?? atFirst;
  const set = (/** @type {boolean} */ open, /** @type {HTMLElement} */ beside, by = 0) => {
    keepStill(beside, () => chosen.update({ [id]: open }), by);
    look();
  };
  return [isOpen, set];
}
