// The message that is being written: its text, the message that it replies to or edits, the model that will answer, and
// the error. One store; hooks read slices of it.

import { useLayoutEffect, useState } from "react";
import { stateOfUploads } from "../files/uploads.js";
import { state } from "../live/store.js";
import { makeStore } from "../store.js";
import { hearRecorder, isRecording } from "../voice/recording.js";

export const HOME = "home";
const COUNTER_FROM = 500; // characters left at which the counter appears

/** @type {Composing} */
export const BLANK = { place: HOME, text: "", reply: null, editing: null, error: "", left: 0, counting: false, maximum: 0, wait: 0, busy: false, blank: true, restored: false, model: null, refused: "", sending: false };
export const composing = makeStore(BLANK);
export let draft = BLANK;

/** @param {string} text */
export const length = (text) => [...text.normalize("NFC")].length; // code points, as the server counts

/** @param {Partial<Composing>} change */
export function update(change) {
  const { text } = { ...draft, ...change };
  const left = state.messageMax - length(text.trim());
  composing.update({ ...change, left, maximum: state.messageMax, counting: left < COUNTER_FROM, blank: !text.trim() && !stateOfUploads().any && !isRecording() });
  draft = composing.get();
}

hearRecorder(() => update({}));

/**
 * A slice of the store, subscribed from the time at which the input exists: useSyncExternalStore would subscribe only
 * after the page was painted, and until then React removes typed text from the input.
 * @template {keyof Composing} K
 * @param {K} slice
 * @returns {Composing[K]}
 */
export function useComposer(slice) {
  const [value, set] = useState(() => composing.get()[slice]);
  useLayoutEffect(() => {
    const look = () => set(() => composing.get()[slice]);
    look();
    return composing.subscribe(look);
  }, [slice]);
  return value;
}
