// Taking things back: a message that was not sent, or one that was.

import { copy, discard, remove } from "./feed/actions.js";
import { tell } from "./feed/store.js";
import { restore } from "./composer.js";

let chosen = null;

/** Put the text of an unsent message into the composer again. */
export const takeBack = (nonce) => restore(discard(nonce));

/** Remember the message that the open dialog asks about. */
export const choose = (id) => {
  chosen = id;
};

export const removeChosen = () => chosen && remove(chosen);

export const copyText = (id) => copy(id)?.then(() => tell("said", "common.copied"));
