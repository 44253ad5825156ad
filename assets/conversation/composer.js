// The composer: the draft of the room that is shown, and what its keys and its button do. Enter has exceptions.

import { isTouch } from "../device.js";
import { isEscapeTaken, listen, page } from "../dom.js";
import { pasteFiles } from "../files/taking.js";
import { openFiles } from "../files/uploads.js";
import { lastOwn, stopOwn, typing } from "../live/actions.js";
import { finish } from "../voice/recording.js";
import * as completing from "./completing.js";
import { BLANK, draft, HOME, update } from "./composing.js";
import { read } from "../live/drafts.js";
import { composesNow, compositionProps } from "./input_method.js";
import { beginEdit, cancel } from "./replying.js";
import { submit } from "./submitting.js";
import { complete, fit, focus, input, setInput, setText } from "./writing.js";

/** @param {string | null} room */
export function open(room) {
  const place = room ?? HOME;
  const isOther = place !== draft.place;
  if (isOther) {
    finish(); // what is recorded stays where one was
    openFiles(place);
  }
  if (!isOther && draft.text) return update({ busy: false });
  update({ ...BLANK, place, text: read(place) });
  requestAnimationFrame(() => {
    fit();
    if (place === draft.place && draft.text) update({ restored: true }); // said once the page is there to say it
    if (!isTouch() && (isOther || document.activeElement === document.body)) focus(); // on a phone the keyboard would come up unasked
  });
}

/** At home nobody is there to be named. @param {HTMLTextAreaElement} element */
const look = (element) => completing.look(element, draft.place === HOME ? "/" : undefined);

/** @param {number} n */
export const takeCompletion = (n) => input && complete(completing.pick(input, n));

/** @param {KeyEvent} event */
function keyDown(event) {
  const called = composesNow(event) ? null : completing.key(event);
  if (called) {
    event.preventDefault();
    return complete(called);
  }
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    if (composesNow(event)) return;
    if (isTouch() && !event.ctrlKey && !event.metaKey) return; // a phone's Enter breaks the line; its button sends
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && !draft.text && draft.place !== HOME) {
    const row = lastOwn();
    if (row) {
      event.preventDefault();
      beginEdit(row);
    }
  } else if (event.key === "Escape" && !composesNow(event)) {
    if (!draft.editing && !draft.reply) return;
    event.preventDefault(); // no answer is stopped by it
    cancel();
  }
}

/**
 * Escape stops the person's answer from anywhere in the room, unless it closes something, or ends a composition.
 * @param {KeyboardEvent} event
 */
function escaped(event) {
  if (event.key === "Escape" && !event.defaultPrevented && !isEscapeTaken() && !composesNow(event)) stopOwn();
}

listen(page, { keydown: escaped });

/** The action of the button beside the text: send it or, if there is none, stop the person's answer. */
export const sendProps = {
  onClick: (/** @type {import("react").MouseEvent} */ event) => {
    if (!draft.blank || draft.editing) submit();
    else if (event.detail < 2) stopOwn(); // the second half of a double click, whose first has sent, stops nothing
  },
};

export const inputProps = {
  ref: setInput,
  onChange: (/** @type {{ target: HTMLTextAreaElement }} */ event) => {
    setText(event.target.value);
    look(event.target);
    if (draft.place !== HOME && event.target.value.trim()) typing();
  },
  onPaste: pasteFiles,
  onSelect: (/** @type {{ target: HTMLTextAreaElement }} */ event) => look(event.target),
  onBlur: completing.close,
  onKeyDown: keyDown,
  ...compositionProps,
};
