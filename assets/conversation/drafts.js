// What one has begun to write, by room: it is there again after a reload.
import * as device from "../device.js";

/** @param {string} place */
const keyOf = (place) => `parley.draft.${place}`;

/** @param {string} place */
export const read = (place) => device.recall(keyOf(place)) ?? "";

/** @param {string} place @param {string} text */
export const keep = (place, text) => device.keep(keyOf(place), text);
