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
  if (before && isLive(message.ai) && before.ai?.run === message.ai?.run) message = grownBy(before, message);
  messages.set(message.id, message);
  settleWants(feed, message);
  if (message.ai) settleLook(feed, message);
}

/** Of a live answer, what was told may be behind its pieces. @param {Message} before @param {Message} message @returns {Message} */
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
export function stream({ room, id, run, at, text, anew }) {
  grow({ room, id, run, at }, ({ text }) => text, (message) => {
    const before = anew ? "" : message.text;
    const more = text.slice(before.length - at);
    return (more || anew) && { ...message, text: before + more, ai: streaming(message) };
  });
}

/** @param {Ops["waits"]} op */
export function waits({ room, id, before }) {
  const feed = state.feeds.get(room);
  const message = feed?.messages.get(id);
  if (feed && message?.ai) feed.messages.set(id, { ...message, ai: { ...message.ai, before } });
}

/** @param {ReasoningOp} op */
export function reasoning({ room, id, run, at, text, seconds, anew }) {
  grow({ room, id, run, at }, ({ ai }) => ai?.reasoning?.text ?? "", (message) => {
    const before = anew ? "" : (message.ai?.reasoning?.text ?? "");
    const whole = before + text.slice(before.length - at);
    const { reasoning: _, ...ai } = streaming(message);
    return { ...message, ai: whole ? { ...ai, reasoning: { text: whole, seconds } } : ai };
  });
}

/** @param {Message} message */
const streaming = (message) => ({ .../** @type {Answer} */ (message.ai), status: /** @type {const} */ ("streaming") });

/**
 * Put an answer that has `grown` by a piece, which begins `at` a place of what the tab `has`.
 * @param {{ room: string, id: string, run: string, at: number }} piece
 * @param {(message: Message) => string} has
 * @param {(message: Message) => Message | "" | undefined} grown
 */
function grow({ room, id, run, at }, has, grown) {
  const feed = state.feeds.get(room);
  if (!feed?.ready) return;
  const message = known(feed, id);
  if (!message || message.ai?.run !== run || at > has(message).length) {
    askSync(feed);
    return;
  }
  const now = grown(message);
  for (const messages of [feed.messages, feed.past?.messages]) if (now && messages?.has(id)) messages.set(id, now);
}

// Whether a message is among the pages that are loaded: an older one comes with its page, else what lies between would be missing.
/** @param {Feed} feed @param {{ seq: number }} message */
export const isLoaded = (feed, { seq }) => !feed.more || [...feed.messages.values()].some((message) => message.seq <= seq);
