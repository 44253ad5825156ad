// A person's ratings of answers, one for each text of an answer. Nobody else receives them.

import { lookedAt, numbersOf } from "./branches.js";
import { giveRating, rating } from "./marks.js";
import { known } from "./past.js";
import { feedHere } from "./store.js";

/** The number of the text that is shown. @param {Feed} feed @param {Message} message */
const shownOf = (feed, message) => lookedAt(feed, message.id)?.n ?? numbersOf(message).chosen;

/** The person's rating of the text that is shown, as they want it to be. @param {Feed} feed @param {Message} message */
export const ratingOf = (feed, message) => (!message.ai || message.deleted ? "" : rating(feed, message, shownOf(feed, message)));

/**
 * Rate the shown text of an answer, or take that back; returns the present rating.
 * @param {string} id @param {"up" | "down"} value
 */
export function rate(id, value) {
  const feed = feedHere();
  const message = known(feed, id);
  if (!message) return null;
  const isGiven = ratingOf(feed, message) === value;
  const wanted = { n: shownOf(feed, message), value: isGiven ? /** @type {const} */ ("") : value };
  giveRating(id, wanted.n, wanted.value);
  return wanted;
}
