// What is pinned in a room, and what a person has marked with a star in any: as the server has told it, and as the lists of both show it.

import { settleWants } from "./marks.js";
import { known } from "./past.js";
import { changed, feedOf, NONE, state, tell } from "./store.js";

const FRESH = 5000; // ms for which what was told of a star counts more than a page, which may have been read before

/**
 * The lists of pins and stars, where they have been asked for, say what became of a message.
 * @param {Feed} feed
 * @param {Message} message
 */
export function noteMark(feed, message) {
  if (feed.pins) {
    const others = feed.pins.filter((each) => each.id !== message.id);
    const known = feed.pins.length !== others.length;
    if (message.pinned) feed.pins = known ? feed.pins.map((each) => (each.id === message.id ? message : each)) : [message, ...others];
    else if (known) feed.pins = others;
  }
  if (state.stars?.some((star) => star.message.id === message.id))
    state.stars = state.stars.map((each) => (each.message.id === message.id ? { ...each, message } : each)).filter((star) => !star.message.deleted);
}

/**
 * Of the messages that an op brings, which the person has marked.
 * @param {Feed} feed
 * @param {{ messages: Message[], starred?: string[] }} op
 */
export function takeStars(feed, { messages, starred = NONE }) {
  const isRead = (/** @type {string} */ id) => Date.now() - (feed.starsTold.get(id) ?? 0) > FRESH;
  messages.filter(({ id }) => isRead(id)).forEach(({ id }) => feed.starred.delete(id));
  starred.filter(isRead).forEach((id) => feed.starred.add(id));
}

/** All that the person has marked in the room, which has no rev. @param {Feed} feed @param {string[]} stars */
export function takeAllStars(feed, stars) {
  const fresh = (/** @type {string} */ id) => Date.now() - (feed.starsTold.get(id) ?? 0) <= FRESH;
  feed.starred = new Set([...stars.filter((id) => !fresh(id)), ...[...feed.starred].filter(fresh)]);
}

/** @param {{ room: string, pins: Message[] }} op */
export const pins = (op) => {
  feedOf(op.room).pins = op.pins;
};

/** @param {{ stars: Star[] }} op */
export const stars = (op) => {
  state.stars = op.stars;
};

/** @param {StarOp} op */
export function star({ room, message, on }) {
  const feed = room === state.current ? feedOf(room) : state.feeds.get(room);
  if (feed) {
    feed.starsTold.set(message, Date.now());
    if (on) feed.starred.add(message);
    else feed.starred.delete(message);
    settleWants(feed, known(feed, message) ?? /** @type {Message} */ ({ id: message }));
  }
  if (!on && state.stars) state.stars = state.stars.filter((star) => star.message.id !== message);
}

/** Take the mark off a message of any room, in the list of marks. @param {string} id */
export function unmark(id) {
  state.stars = (state.stars ?? NONE).filter((star) => star.message.id !== id);
  tell("send", "star", { message: id, on: false });
  changed();
}
