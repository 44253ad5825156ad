// Requests of a tab to the server: each is repeated only after the time for an answer.

import { tell } from "./store.js";

export const PATIENCE = 3000; // ms to wait for an answer, before asking again

/** @type {Map<string, number>} */
const asked = new Map(); // what for → when

/** Send a question, unless the same was asked a moment ago. @param {string} what it is for @param {string} handler @param {object} payload */
export function askOnce(what, handler, payload) {
  if (Date.now() - (asked.get(what) ?? 0) < PATIENCE) return;
  asked.set(what, Date.now());
  tell("send", handler, payload);
}

/** The answer has come, or is of no use any more: it can be asked again. @param {string} what */
export const answered = (what) => void asked.delete(what);
