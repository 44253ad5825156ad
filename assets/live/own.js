// A person's private marks on messages: stars, and ratings of an answer's texts, by their numbers. Nobody else receives them; no rev counts them.

import { isLive } from "./outbox.js";
import { known } from "./past.js";
import { settleWants } from "./marks.js";
import { feedOf, NONE, state } from "./store.js";

const FRESH = 5000; // ms for which what was told counts more than a page, which may have been read before

/** @param {Feed} feed @param {string} id */
const isTold = (feed, id) => Date.now() - (feed.ownTold.get(id) ?? 0) <= FRESH;

/**
 * Of the messages that an op brings, what the person has; or all that they have in the room. A sync may bring an answer that is being written
 * without its ratings.
 * @param {Feed} feed
 * @param {{ messages: Message[], starred?: string[], rated?: Ratings, stars?: string[] | null, ratings?: Ratings | null }} op
 */
export function takeOwn(feed, { messages, starred = NONE, rated = {}, stars, ratings }) {
  if (stars) return takeAll(feed, stars, ratings ?? {});
  for (const { id, ai } of messages)
    if (!isTold(feed, id)) feed.own.set(id, { ...(rated[id] ?? (isLive(ai) ? feed.own.get(id) : {})), star: starred.includes(id) });
}

/** @param {Feed} feed @param {string[]} stars @param {Ratings} ratings */
function takeAll(feed, stars, ratings) {
  const all = [...Object.keys(ratings), ...stars].map((id) => /** @type {const} */ ([id, { ...ratings[id], star: stars.includes(id) }]));
  feed.own = new Map([...all, ...[...feed.own].filter(([id]) => isTold(feed, id))]);
}

/** @param {{ room: string, message: string }} op @param {Own} change */
function told({ room, message }, change) {
  const feed = room === state.current ? feedOf(room) : state.feeds.get(room); // it may be told before the room
  if (!feed) return;
  feed.own.set(message, { ...feed.own.get(message), ...change });
  feed.ownTold.set(message, Date.now());
  settleWants(feed, known(feed, message) ?? /** @type {Message} */ ({ id: message }));
}

/** @param {RatedOp} op */
export const rated = (op) => told(op, { [op.n]: op.value });

/** @param {StarOp} op */
export function star(op) {
  told(op, { star: op.on });
  if (!op.on && state.stars) state.stars = state.stars.filter((star) => star.message.id !== op.message);
}
