// Discard a message that was not sent, or delete one that was.

import { copyAndSay } from "../components/copy.js";
import { discard, remove, textOf } from "../live/actions.js";
import { beginEdit } from "./replying.js";
import { restore } from "./writing.js";

/** @type {string | null} */
let chosen = null;

/** Discard a refused request. A text that was written for it returns to the composer. @param {string} id */
export function takeBack(id) {
  const { handler, payload: { text = "", attachments } = {} } = discard(id) ?? {};
  if (handler === "send") restore(text, attachments);
  if (handler === "edit") beginEdit({ id, text });
}

/** Remember the message that the open dialog asks about. @param {string} id */
export const choose = (id) => {
  chosen = id;
};

export const removeChosen = () => chosen && remove(chosen);

/** @param {string} id */
export const copyText = (id) => copyAndSay(textOf(id));
