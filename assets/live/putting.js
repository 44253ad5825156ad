// Messages as they come: put beside those that are known, or in the place of what they were.

import { settleLook } from "./branches.js";
import { askSync } from "./catching_up.js";
import { settleWants } from "./marks.js";
import { isLive, settle as settleOutbox } from "./outbox.js";
import { known } from "./past.js";
import { state } from "./store.js";

/** @param {Feed} feed @param {Message} message @param {Messages} [messages] */
export function put(feed, message, messages = feed.messages) {
  const before = messages.get(message.id);
  if (before && before.rev > message.rev) return;
  settleOutbox(feed, message);
  if (before && isLive(message.ai) && before.ai?.run === message.ai?.run && before.text.length > message.text.length) {
    message = { ...message, text: before.text };
  }
  messages.set(message.id, message);
  settleWants(feed, message);
  if (message.ai) settleLook(feed, message);
}

/** @param {Feed} feed @param {Message} message */
export function putInPast(feed, message) {
  if (feed.past?.messages.has(message.id)) put(feed, message, feed.past.messages);
}

/** @param {StreamOp} op */
export function stream({ room, id, run, at, text, anew }) {
  const feed = state.feeds.get(room);
  if (!feed?.ready) return;
  const message = known(feed, id);
  if (!message || message.ai?.run !== run || at > message.text.length) {
    askSync(feed);
    return;
  }
  const before = anew ? "" : message.text;
  const more = text.slice(before.length - at);
  const grown = { ...message, text: before + more, ai: { ...message.ai, status: /** @type {const} */ ("streaming") } };
  for (const messages of [feed.messages, feed.past?.messages]) if (more && messages?.has(id)) messages.set(id, grown);
}

// Whether a message is among the pages that are loaded: an older one comes with its page, else what lies between would be missing.
/** @param {Feed} feed @param {{ seq: number }} message */
export const isLoaded = (feed, { seq }) => !feed.more || [...feed.messages.values()].some((message) => message.seq <= seq);
