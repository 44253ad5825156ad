// What a person does to the feed.

import { generateUUID } from "$/utils/state";
import { changed } from "./slices.js";
import { currentFeed, feedOf, state, tell, view } from "./store.js";

const SEND_PATIENCE = 10_000; // ms without an echo, while connected, after which a message counts as not sent
const TYPING_EVERY = 3000; // ms
const READ_PAUSE = 300; // ms

const send = (handler, payload) => tell("send", handler, payload);

export function post(text, reply) {
  const feed = currentFeed();
  const pending = { nonce: generateUUID(), text, at: new Date().toISOString(), reply: reply ?? null, failed: null };
  feed.pending = [...feed.pending, pending];
  feed.newAfter = null;
  dispatch(feed, pending);
  changed();
}

const transmit = (feed, { nonce, text, reply }) => send("send", { room: feed.id, text, nonce, reply_to: reply?.id ?? "" });

/** Send once more what a lost connection may have swallowed; the nonce keeps it from being posted twice. */
export function resend() {
  for (const feed of state.feeds.values()) {
    feed.pending.filter((one) => !one.failed).forEach((one) => transmit(feed, one));
  }
}

function dispatch(feed, pending) {
  transmit(feed, pending);
  const { nonce } = pending;
  const check = () => {
    const pending = feed.pending.find((one) => one.nonce === nonce && !one.failed);
    if (!pending) return;
    if (!view.online) return void setTimeout(check, SEND_PATIENCE);
    feed.pending = feed.pending.map((one) => (one === pending ? { ...one, failed: "not_sent" } : one));
    changed();
  };
  setTimeout(check, SEND_PATIENCE);
}

export function retrySend(nonce) {
  const feed = currentFeed();
  feed.pending = feed.pending.map((one) => (one.nonce === nonce ? { ...one, failed: null, details: null } : one));
  const pending = feed.pending.find((one) => one.nonce === nonce);
  if (pending) dispatch(feed, pending);
  changed();
}

export function discard(nonce) {
  const feed = currentFeed();
  const pending = feed.pending.find((one) => one.nonce === nonce);
  feed.pending = feed.pending.filter((one) => one.nonce !== nonce);
  changed();
  return pending?.text ?? "";
}

export const edit = (message, text) => send("edit", { message, text });
export const remove = (message) => send("delete", { message });
export const stop = (message) => send("stop", { message });
export const regenerate = (message) => send("regenerate", { message });

export const textOf = (id) => currentFeed()?.messages.get(id)?.text ?? "";

export const copy = (id) => navigator.clipboard?.writeText(textOf(id));

export function lastOwn() {
  const rows = view.rows.filter((row) => row.can_edit && !row.pending);
  return rows[rows.length - 1] ?? null;
}

export function stopNewest() {
  const row = [...view.rows].reverse().find((one) => one.can_stop);
  if (row) stop(row.id);
  return !!row;
}

export function older() {
  const feed = currentFeed();
  if (!feed?.ready || !feed.more || feed.loadingOlder) return;
  feed.loadingOlder = true;
  send("older", { room: feed.id, before: Math.min(...[...feed.messages.values()].map((message) => message.seq)) });
  changed();
}

let typedAt = 0;
export function typing() {
  const feed = currentFeed();
  if (!feed?.ready || Date.now() - typedAt < TYPING_EVERY) return;
  typedAt = Date.now();
  send("typing", { room: feed.id });
}

let readTimer = null;
export function markRead() {
  const id = state.current;
  clearTimeout(readTimer);
  readTimer = setTimeout(() => {
    const room = state.rooms.get(id);
    if (!room || state.current !== id || !document.hasFocus() || room.read >= room.seq) return;
    room.read = room.seq;
    send("read", { room: id, seq: room.seq });
    changed();
  }, READ_PAUSE);
}

export function show(id) {
  if (state.current === id) return;
  if (state.current) feedOf(state.current).newAfter = undefined;
  state.current = id;
  typedAt = 0;
  changed();
}
