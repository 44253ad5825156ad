// Letters that an input method converts into words: meanwhile Enter is its own, and nothing may come between them.

import { isComposing } from "../dom.js";

const AFTER_COMPOSITION = 60; // ms: Safari reports the Enter that ends a composition after its end

let composedAt = 0;
let converting = false;
/** @type {(() => void)[]} */
let waiting = []; // for the words

/** @param {KeyEvent | KeyboardEvent} event */
export const composesNow = (event) => converting || isComposing(event) || Date.now() - composedAt < AFTER_COMPOSITION;

/** Do it now or, while letters are being converted, once they are words. @param {() => void} act */
export function onceConverted(act) {
  if (converting) waiting.push(act);
  else act();
}

/** For a text field. */
export const compositionProps = {
  onCompositionStart: () => {
    converting = true;
  },
  onCompositionEnd: () => {
    converting = false;
    composedAt = Date.now();
    const acts = waiting;
    waiting = [];
    requestAnimationFrame(() => acts.forEach(onceConverted)); // once the text has its letters
  },
};
