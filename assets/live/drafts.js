// Drafts of messages, by room: they are there again after a reload.
import * as device from "../device.js";
import { listen, tab } from "../dom.js";
import { changed } from "./store.js";

const START = "parley.draft.";

/** @type {Set<string> | null} */
let places = null; // once somebody asked

/** The places where something has been begun. @returns {Set<string>} */
export const drafted = () => (places ??= new Set(device.recallEnds(START)));

/** @param {string} place */
export const read = (place) => device.recall(START + place) ?? "";

/** @param {string} place @param {string} text */
export function keep(place, text) {
  device.keep(START + place, text);
  note(place, text);
}

/** @param {string} place @param {string | null} text */
function note(place, text) {
  if (!!text === drafted().has(place)) return;
  if (text) drafted().add(place);
  else drafted().delete(place);
  changed();
}

listen(tab, { storage: ({ key, newValue }) => key?.startsWith(START) && note(key.slice(START.length), newValue) });
