// The pins of a room and the person's stars in all rooms, as the server sent them, and their lists.

import { changed, NONE, state, tell } from "./store.js";

/**
 * Update a message in the lists of pins and stars, if these have been loaded.
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

/** Take the mark off a message of any room, in the list of marks. @param {string} id */
export function unmark(id) {
  state.stars = (state.stars ?? NONE).filter((star) => star.message.id !== id);
  tell("send", "star", { message: id, on: false });
  changed();
}
