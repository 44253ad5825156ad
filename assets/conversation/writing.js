// The text of the composer's input: typed, or inserted at the caret.

import { flushSync } from "react-dom";
import { giveBack } from "../files/uploads.js";
import { on } from "../live/store.js";
import { PROMPT_NAME } from "../rules.js";
import { draft, update } from "./composing.js";
import { keep, read } from "../live/drafts.js";
import { onceConverted } from "./input_method.js";
import { insertAt } from "./inserting.js";

const PROMPT_CALL = new RegExp(`^[/／]${PROMPT_NAME}`, "iu");

/** @type {HTMLTextAreaElement | null} */
export let input = null;

/** @param {HTMLTextAreaElement | null} element */
export function setInput(element) {
  input = element;
  fit();
}

export const focus = () => input?.focus();

export function fit() {
  if (!input || CSS.supports("field-sizing", "content")) return;
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

/**
 * Not later than the element that it follows is shown: text that is typed meanwhile would be on the wrong side of it.
 * @param {number} at
 */
export const putCaret = (at) => input?.setSelectionRange(at, at);

/** @param {string} text */
export function setText(text) {
  if (!draft.editing) keep(draft.place, text);
  update({ text, error: "", restored: false });
  fit();
}

/** Insert the entry that the person has taken from the list. @param {{ text?: string, caret?: number }} change */
export function complete({ text, caret = 0 }) {
  if (text === undefined) return;
  flushSync(() => setText(text));
  focus();
  putCaret(caret);
}

/** Put a text, and files, into the composer, after its content. @param {string} text @param {string[]} [files] */
export function restore(text, files = []) {
  setText(draft.text && text ? `${draft.text}\n${text}` : draft.text || text);
  giveBack(files);
  focus();
}

/** Put a prompt in the place of the `/name` by which it was called. @param {string} text */
export function putPrompt(text) {
  const called = PROMPT_CALL.exec(draft.text)?.[0];
  if (called !== undefined) complete({ text: text + draft.text.slice(called.length), caret: text.length });
}

/**
 * Insert dictated text at the caret; for another room, behind the draft there.
 * @param {string} place @param {string} words
 */
function takeDictated(place, words) {
  if (place === draft.place) onceConverted(() => putWords(words));
  else keep(place, insertAt(read(place), Infinity, Infinity, words).text);
}

/** @param {string} words */
function putWords(words) {
  const { selectionStart: start, selectionEnd: end } = input ?? { selectionStart: Infinity, selectionEnd: Infinity };
  complete(insertAt(draft.text, start, end, words));
}

on("dictated", takeDictated);
