// Makes ops whole again: the server (chat_app/ui/transport/sockets/short_ops.py) does not send what a tab knows or can derive.

import { askSync, comeTo } from "./catching_up.js";
import { known } from "./past.js";
import { currentFeed, feedOf, state } from "./store.js";

/** Of own messages that were kept, the nonces by id. @type {Map<string, string>} */
const nonces = new Map();

/** The end of the id of the run of the last piece: one that names none follows it. */
let speaking = "";

/** @param {{ id: string, nonce: string }} op */
export const kept = ({ id, nonce }) => nonces.set(id, nonce);

/** Return an op in full; nothing if this tab lacks the data to which the op refers, and requests it. @param {any} op */
export function expand(op) {
  if (Array.isArray(op)) return piece(op);
  return op.t === "message" ? message(op) : op;
}

/** @param {any[]} op */
function piece(op) {
  const [key, at, text, seconds] = typeof op[0] === "string" ? op : [speaking, ...op];
  speaking = key;
  const kind = seconds === undefined ? { t: "stream" } : { t: "reasoning", seconds };
  for (const { id: room, messages, past } of state.feeds.values())
    for (const place of [messages, past?.messages ?? new Map()])
      for (const { id, ai } of place.values()) if (ai?.run?.endsWith(key)) return { ...kind, room, id, run: ai.run, at, text };
  return missing(currentFeed());
}

/** @param {any} op */
function message({ room, m }) {
  const feed = feedOf(room);
  const author = person(feed, m.author ?? null);
  const before = known(feed, m.id);
  const text = m.text ?? before?.text.slice(0, m.length);
  const reasoning = thought(m.ai?.reasoning, before);
  const isWhole = (!author || author.name) && text !== undefined && text.length >= (m.length ?? 0) && reasoning !== null;
  if (feed.ready && !isWhole) {
    comeTo({ room, rev: m.rev }); // a sync that is on its way may not have it
    return missing(feed);
  }
  const { length, ...rest } = m;
  const whole = { ...rest, text: text ?? "", author, at: new Date(m.at).toISOString().replace("Z", "+00:00") };
  if (m.ai) whole.ai = { run: null, model: null, error: null, tokens: null, ...m.ai, asker: person(feed, m.ai.asker ?? null) };
  if (reasoning) whole.ai.reasoning = reasoning;
  if (nonces.has(m.id)) whole.nonce = nonces.get(m.id);
  return { t: "message", room, m: whole };
}

/**
 * The reasoning of an answer, of which perhaps only the length was sent; null where this tab has less.
 * @param {any} told @param {Message | undefined} before
 */
function thought(told, before) {
  if (told?.length === undefined) return told;
  const text = before?.ai?.reasoning?.text.slice(0, told.length) ?? "";
  return text.length < told.length ? null : { text, seconds: told.seconds };
}

/** @param {Feed | null} feed */
function missing(feed) {
  if (feed?.ready) askSync(feed);
  return null;
}

/**
 * A person of whom perhaps only the id was sent.
 * @param {Feed} feed @param {Person | string | null} who
 * @returns {Person | null}
 */
function person(feed, who) {
  if (typeof who !== "string") return who;
  const found = state.me?.id === who ? state.me : feed.members.find(({ id }) => id === who);
  return found ? bare(found) : (authorIn(feed.messages, who) ?? /** @type {Person} */ ({ id: who }));
}

/** @param {Person} person */
const bare = ({ id, username, name, color, avatar }) => ({ id, username, name, color, avatar });

/** @param {Messages} messages @param {string} who */
function authorIn(messages, who) {
  for (const { author } of messages.values()) if (author?.id === who) return author;
}
