// How a person rates answers: each text of one for itself. Nobody else is told.

import { lookedAt, numbersOf } from "./branches.js";
import { giveRating, rating, settleWants } from "./marks.js";
import { isLive } from "./outbox.js";
import { known } from "./past.js";
import { feedHere, state } from "./store.js";

const FRESH = 5000; // ms for which what was told of a rating counts more than a page, which may have been read before

/** The number of the text that is shown. @param {Feed} feed @param {Message} message */
const shownOf = (feed, message) => lookedAt(feed, message.id)?.n ?? numbersOf(message).chosen;

/** The person's rating of the text that is shown, as they want it to be. @param {Feed} feed @param {Message} message */
export const ratingOf = (feed, message) => (!message.ai || message.deleted ? "" : rating(feed, message, shownOf(feed, message)));

/** Rate what is shown of an answer, or take that back; returns what is rated now. @param {string} id @param {"up" | "down"} value */
export function rate(id, value) {
  const feed = feedHere();
  const message = known(feed, id);
  if (!message) return null;
  const isGiven = ratingOf(feed, message) === value;
  const wanted = { n: shownOf(feed, message), value: isGiven ? /** @type {const} */ ("") : value };
  giveRating(id, wanted.n, wanted.value);
  return wanted;
}

/** @param {RatedOp} op */
export function rated({ room, message, n, value }) {
  const feed = state.feeds.get(room);
  if (!feed) return;
  const { [n]: _, ...others } = feed.ratings.get(message) ?? {};
  feed.ratings.set(message, value ? { ...others, [n]: value } : others);
  feed.ratingsTold.set(message, Date.now());
  settleWants(feed, known(feed, message) ?? /** @type {Message} */ ({ id: message }));
}

/** @param {Feed} feed @param {string} id */
const isTold = (feed, id) => Date.now() - (feed.ratingsTold.get(id) ?? 0) <= FRESH;

/**
 * Of the messages that an op brings, how the person has rated them. A sync brings answers that are being written without it.
 * @param {Feed} feed
 * @param {{ messages: Message[], rated?: Ratings }} op
 */
export function takeRatings(feed, { messages, rated: told = {} }) {
  for (const { id, ai } of messages) if (!isTold(feed, id) && (told[id] || !isLive(ai))) feed.ratings.set(id, told[id] ?? {});
}

/** All that the person has rated in the room, which has no rev. @param {Feed} feed @param {Ratings} told */
export function takeAllRatings(feed, told) {
  const fresh = [...feed.ratings].filter(([id]) => isTold(feed, id));
  feed.ratings = new Map([...Object.entries(told), ...fresh]);
}
