// A chat that was just begun at home: its room is shown at once, with the first message, until the server has created it.

import { cut } from "../graphemes.js";
import { AUTO_NAME_MAX, PERMISSIONS } from "../rules.js";
import { changed, feedOf, state } from "./store.js";

/**
 * Show the room of the message `text`, which goes by its nonce as long as it has no id.
 * @param {{ text: string, nonce: string, model: string }} payload
 */
export function begin(payload) {
  const { nonce, text, model } = payload;
  const at = new Date().toISOString();
  const line = text.replace(/[*`#>~]/g, "").replace(/\s+/g, " ").trim();
  // Roughly the name that the server will say.
  const name = line.length > AUTO_NAME_MAX ? `${cut(line, AUTO_NAME_MAX)}…` : line;
  state.beginning = { id: nonce, name, kind: "chat", ai_rule: "always", ai_model: model, role: "master", seq: 0, read: 0, at };
  Object.assign(feedOf(nonce), {
    ready: true, beginning: true, newAfter: null, can: new Set(PERMISSIONS.master), members: state.me ? [state.me] : [],
    outbox: new Map([[nonce, { id: nonce, handler: "start", payload, at, reply: null, failed: null, details: null }]]),
  });
  state.current = nonce;
  changed();
}

/**
 * The room is there: what was shown is shown as its own, until it is entered. Returns whether it is still looked at.
 * @param {string} nonce
 * @param {string} id
 */
export function begun(nonce, id) {
  const feed = state.feeds.get(nonce);
  if (!feed) return false;
  state.feeds.delete(nonce);
  if (!state.feeds.get(id)?.ready) state.feeds.set(id, Object.assign(feed, { id }));
  if (state.beginning) state.beginning = { ...state.beginning, id };
  const here = state.current === nonce;
  if (here) state.current = id;
  changed();
  return here;
}

/** It was refused: home again. @param {string} nonce */
export function undo(nonce) {
  state.feeds.delete(nonce);
  state.beginning = null;
  if (state.current === nonce) state.current = null;
  changed();
}
