// Walk through the branches of an answer: its arrows keep their place on the screen, whatever the height of a branch.

import { find } from "../dom.js";
import { choose, lookOn } from "../live/branches.js";
import { on } from "../live/store.js";
import { keepStillAway } from "./scroller.js";

/** @param {string} id @param {() => void} change */
function beside(id, change) {
  const arrows = find(`[data-message="${CSS.escape(id)}"] .branches`);
  if (arrows) keepStillAway(arrows, change);
  else change();
  return true;
}

on("beside", beside);

/** Look at the text before or after the one that is shown. @param {string} id @param {1 | -1} by */
export const look = (id, by) => beside(id, () => lookOn(id, by));
/** @param {string} id */
export const useBranch = (id) => beside(id, () => choose(id));
