// The outbox: requests of the person that the server has not answered yet. A connection that ends may lose data
// silently, so each request is kept until the feed shows that it is done, and sent again after a reconnect. Every
// request can be repeated without harm.

import { giveUpLater } from "./patience.js";
import { changed, state, tell } from "./store.js";

const UNASKED = ["model_for_admins", "model_not_offered", "too_many_models", "assistant_without_model", "assistant_not_found"]; // whose text goes back into the composer

/** @param {Answer | null | undefined} ai */
export const isLive = (ai) => ai?.status === "queued" || ai?.status === "streaming";

/** @param {Message | undefined} message */
export const runOf = (message) => message?.ai?.run ?? "";

/** By the server's handler: whether the message, as it is now, shows that the thing is done. @type {Record<string, (message: Message, payload: Payload) => boolean | undefined>} */
const DONE = {
  send: () => true,
  start: () => true,
  edit: (message, { text }) => message.deleted || message.text === text,
  delete: (message) => message.deleted,
  stop: (message, { run }) => runOf(message) !== run || !isLive(message.ai),
  go_on: (message, { run }) => message.deleted || runOf(message) !== run,
  choose_branch: (message, { n }) => message.deleted || (message.ai?.branch ?? 1) === n,
  regenerate: (message, { run }) => message.deleted || runOf(message) !== run,
};

/**
 * Ask the server's `handler` for something. `id` (a nonce, or the message's id) is what its refusal would be about.
 * @param {Feed} feed
 * @param {string} handler
 * @param {string} id
 * @param {Payload} payload
 * @param {{ at?: string, reply?: Quote | null, model?: Asked["model"], files?: Asked["files"] }} [shown]
 */
export function ask(feed, handler, id, payload, { at = new Date().toISOString(), reply = null, model = null, files = undefined } = {}) {
  const one = { id, handler, payload, at, reply, model, files, failed: null, details: null };
  feed.outbox.set(id, one);
  transmit(one);
  giveUpLater(
    () => feed.outbox.get(id) === one,
    () => refuse({ about: id, code: handler === "send" ? "not_sent" : "not_done" }),
    () => state.current === feed.id, // the answers in a room that is not shown are not heard
  );
  changed();
}

/** @param {Asked} asked */
const transmit = ({ handler, payload }) => tell("send", handler, payload);

/** Send once more the requests that a lost connection may have swallowed. */
export function resend() {
  for (const feed of state.feeds.values()) [...feed.outbox.values()].filter((one) => !one.failed).forEach(transmit);
}

/** Repeat a refused request. @param {Feed} feed @param {string} id */
export function retry(feed, id) {
  const one = feed.outbox.get(id);
  if (one) ask(feed, one.handler, id, one.payload, one);
}

/** Remove the requests that the message shows to be done. @param {Feed} feed @param {Message} message */
export function settle(feed, message) {
  for (const id of [message.nonce ?? "", message.id]) {
    const one = feed.outbox.get(id);
    if (one && DONE[one.handler](message, one.payload)) feed.outbox.delete(id);
  }
}

/**
 * Note that something will not be done, and why; returns whether a room shows it. A chat that was not begun has none.
 * @param {RefusedOp} op
 */
export function refuse({ about, code, details }) {
  const feed = [...state.feeds.values()].find((feed) => feed.outbox.has(about) && !feed.beginning);
  const one = feed?.outbox.get(about);
  if (!feed || !one) return false;
  const failed = { ...one, failed: code, details: details ?? null };
  if (one.handler === "send" && UNASKED.includes(code) && tell("unasked", failed)) feed.outbox.delete(about);
  else feed.outbox.set(about, failed);
  return true;
}
