// Insert messages into the store, or replace those that have changed.

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
  if (before && isLive(message.ai) && before.ai?.run === message.ai?.run) message = grownBy(before, message);
  messages.set(message.id, message);
  settleWants(feed, message);
  if (message.ai) settleLook(feed, message);
}

/**
 * The server's text of a live answer may be behind the pieces that have arrived.
 * @param {Message} before @param {Message} message @returns {Message}
 */
function grownBy({ text, ai }, message) {
  if (text.length > message.text.length) message = { ...message, text };
  const more = ai?.reasoning;
  const told = message.ai;
  return told && more && more.text.length > (told.reasoning?.text.length ?? 0) ? { ...message, ai: { ...told, reasoning: more } } : message;
}

/** @param {Feed} feed @param {Message} message */
export function putInPast(feed, message) {
  if (feed.past?.messages.has(message.id)) put(feed, message, feed.past.messages);
}

/** @param {StreamOp} op */
export const stream = (op) => grow(op, ({ text }) => text, (message, text) => ({ ...message, text }));

/** @param {ReasoningOp} op */
export const reasoning = (op) =>
  grow(op, ({ ai }) => ai?.reasoning?.text ?? "", (message, text) => {
    const { reasoning: _, ...ai } = /** @type {Answer} */ (message.ai);
    return { ...message, ai: text ? { ...ai, reasoning: { text, seconds: op.seconds } } : ai };
  });

/**
 * Put an answer that has `grown` by a piece, which begins `at` a place of what the tab `has`, or replaces it.
 * @param {Omit<StreamOp, "t">} op
 * @param {(message: Message) => string} has
 * @param {(message: Message, text: string) => Message} grown
 */
function grow({ room, id, run, at, text, anew }, has, grown) {
  const feed = state.feeds.get(room);
  if (!feed?.ready) return;
  const message = known(feed, id);
  if (!message?.ai || message.ai.run !== run || at > has(message).length) return askSync(feed);
  const before = anew ? "" : has(message);
  const now = grown({ ...message, ai: { ...message.ai, status: "streaming" } }, before + text.slice(before.length - at));
  for (const messages of [feed.messages, feed.past?.messages]) if (messages?.has(id)) messages.set(id, now);
}

/** @param {Ops["waits"]} op */
export function waits({ room, id, before }) {
  const feed = state.feeds.get(room);
  const message = feed?.messages.get(id);
  if (feed && message?.ai) feed.messages.set(id, { ...message, ai: { ...message.ai, before } });
}

/** Whether a message is among the pages that are loaded: an older one comes with its page, else what lies between would be missing. @param {Feed} feed @param {{ seq: number }} message */
export const isLoaded = (feed, { seq }) => !feed.more || [...feed.messages.values()].some((message) => message.seq <= seq);
