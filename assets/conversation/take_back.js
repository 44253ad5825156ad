// Taking things back: a message that was not sent, or one that was.

import { copyAndSay } from "$/public/components/copy.js";
import { discard, remove, textOf } from "../live/actions.js";
import { beginEdit, restore } from "./composer.js";

let chosen = null;

/** Give up what was refused. A text that was written for it goes into the composer again. */
export function takeBack(id) {
  const { handler, payload } = discard(id);
  if (handler === "send") restore(payload.text);
  if (handler === "edit") beginEdit({ id, text: payload.text });
}

/** Remember the message that the open dialog asks about. */
export const choose = (id) => {
  chosen = id;
};

export const removeChosen = () => chosen && remove(chosen);

export const copyText = (id) => copyAndSay(textOf(id));
