// Discard a message that was not sent, or delete one that was.

import { discard, remove } from "../live/actions.js";
import { beginEdit } from "./replying.js";
import { restore } from "./writing.js";

let chosen = ""; // the message that the open dialog asks about

/** Discard a refused request. A text that was written for it returns to the composer. @param {string} id */
export function takeBack(id) {
  const { handler, payload: { text = "", attachments } = {} } = discard(id) ?? {};
  if (handler === "send") restore(text, attachments);
  if (handler === "edit") beginEdit({ id, text });
}

/** @param {string} id */
export const choose = (id) => void (chosen = id);

export const removeChosen = () => remove(chosen);
