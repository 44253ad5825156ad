// A person's actions on the feed.

import { generateUUID } from "$/utils/state";
import { keep } from "../device.js";
import { settled } from "../timing.js";
import { beginUnread } from "./entering.js";
import { ask, retry, runOf } from "./outbox.js";
import { known, leavePast, turn } from "./past.js";
import { changed, currentFeed, feedHere, feedOf, state, tell, view } from "./store.js";

const TYPING_EVERY = 3000; // ms
const READ_PAUSE = 300; // ms

/** @param {string} handler @param {object} payload */
const send = (handler, payload) => tell("send", handler, payload);

/** Return the chosen model or assistant as the server expects it: two ids, of which at most one is given. @param {Next | null} chosen */
export const answererOf = (chosen) => ({ model: chosen && !chosen.assistant ? chosen.id : "", assistant: chosen?.assistant ? chosen.id : "" });

/** @param {string} text @param {Quote | null} reply @param {Next | null} model @param {AttachmentShown[]} files */
export function post(text, reply, model, files) {
  const feed = feedHere();
  const nonce = generateUUID();
  Object.assign(feed, { newAfter: null, keptUnread: false, unread: null });
  leavePast(feed);
  const payload = { room: feed.id, text, nonce, reply_to: reply?.id ?? "", ...answererOf(model), attachments: files.map(({ id }) => id) };
  ask(feed, "send", nonce, payload, { reply, model, files });
}

/** @param {string} id */
export const retryAsking = (id) => retry(feedHere(), id);

/** Forget a refused request; returns it. @param {string} id */
export function discard(id) {
  const { outbox } = feedHere();
  const one = outbox.get(id);
  outbox.delete(id);
  changed();
  return one;
}

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
/** @param {string} text */
const asKept = (text) => text.replace(/\r\n?/g, "\n").replace(CONTROL, "").normalize().trim(); // as the server will have it

/** @param {string} handler @param {string} message @param {Payload} [payload] */
const change = (handler, message, payload = {}) => ask(feedHere(), handler, message, { message, ...payload });
/** @param {string} id */
const runOfAnswer = (id) => runOf(known(feedHere(), id));

/** @param {string} message @param {string} text */
export const edit = (message, text) => change("edit", message, { text: asKept(text) });
/** @param {string} message */
export const remove = (message) => change("delete", message);
/** @param {string} message */
export const stop = (message) => change("stop", message, { run: runOfAnswer(message) });
/** Have a cut answer continued. @param {string} message */
export const goOn = (message) => change("go_on", message, { run: runOfAnswer(message) });
/** @param {string} message @param {string} [model] */
export function regenerate(message, model = "") {
  feedHere().looks.delete(message);
  change("regenerate", message, { run: runOfAnswer(message), model });
}

/** Show a message of somebody who is blocked. @param {string} id */
export function reveal(id) {
  feedHere().revealed.add(id);
  changed();
}

/** @param {string} id */
export const textOf = (id) => view.rows.find((row) => row.id === id)?.text ?? "";

export const lastOwn = () => view.rows.findLast((row) => row.can_edit && !row.pending);

/** Stop the newest answer that is being written for the person. */
export function stopOwn() {
  if (view.room?.answering) stop(view.room.answering);
}

export const older = () => turn("older") && changed();
export const newer = () => turn("newer") && changed();

/** Show the newest messages, after a look into the past. */
export function latest() {
  leavePast(feedHere());
  changed();
}

/** Remember the model for new chats, on this device. @param {string} id */
export function chooseModel(id) {
  keep("parley.model", id);
  state.choice = id;
  changed();
}

let typedAt = 0;
export function typing() {
  const feed = currentFeed();
  if (!feed?.ready || feed.beginning || Date.now() - typedAt < TYPING_EVERY) return;
  typedAt = Date.now();
  send("typing", { room: feed.id });
}

/** The person wants to see the newest. */
export function readOn() {
  feedHere().keptUnread = false;
  markRead();
}

export const markRead = () => noteRead(state.current ?? "");

const noteRead = settled((/** @type {string} */ id) => {
  const room = state.rooms.get(id);
  if (!room || state.current !== id || !document.hasFocus() || room.read >= room.seq || feedOf(id).keptUnread) return;
  beginUnread(feedOf(id)); // the server may still be telling what is in the room
  room.read = room.seq;
  feedOf(id).unread = null;
  send("read", { room: id, seq: room.seq });
  changed();
}, READ_PAUSE);

/** @param {string | null} id */
export function show(id) {
  if (state.current === id) return;
  if (state.current) {
    const feed = feedOf(state.current);
    Object.assign(feed, { newAfter: undefined, keptUnread: false });
    if (feed.target) leavePast(feed); // where one has scrolled to, one will come back to
  }
  state.current = id;
  typedAt = 0;
  changed();
}
