// Unread messages: their number in each room, and the position that a person has marked as unread.

import { dropUnanswered } from "./marks.js";
import { known } from "./past.js";
import { changed, feedHere, feedOf, NONE, state, tell } from "./store.js";

/**
 * Note that a message is deleted, or is a line about the room: it does not count as unread in the list of rooms.
 * @param {string} id
 * @param {{ seq: number, deleted?: boolean, event?: object, line?: boolean }} message
 */
export function noteUncounted(id, message) {
  const room = state.rooms.get(id);
  if (!room || message.seq <= room.read || !(message.deleted || message.event || message.line) || room.deleted?.includes(message.seq)) return;
  room.deleted = [...(room.deleted ?? NONE), message.seq];
}

/** Mark a message and those after it as unread. @param {string} id */
export function markUnread(id) {
  const feed = feedHere();
  const message = known(feed, id);
  if (!message) return;
  const wanted = (feed.unread = { id, seq: message.seq });
  askUnread(feed, wanted);
  dropUnanswered(id, () => feed.unread === wanted);
  changed();
}

/** @param {Feed} feed @param {{ id: string, seq: number }} wanted */
function askUnread(feed, { id, seq }) {
  keepUnread(feed.id, seq - 1);
  tell("send", "unread", { message: id });
}

/** Send the request once more, because a lost connection may have swallowed it. */
export function resendUnread() {
  for (const feed of state.feeds.values()) if (feed.unread) askUnread(feed, feed.unread);
}

/** The server has it. @param {string} id @param {number} seq */
export function tookUnread(id, seq) {
  const feed = state.feeds.get(id);
  if (feed?.unread && seq < feed.unread.seq) feed.unread = null;
  keepUnread(id, seq);
}

/** The person wants to have read no further: in the room that is shown, until they leave it, write, or go to the newest. @param {string} id @param {number} seq */
function keepUnread(id, seq) {
  const room = state.rooms.get(id);
  if (room) room.read = Math.min(room.read, seq);
  if (id === state.current) Object.assign(feedOf(id), { newAfter: seq, keptUnread: true });
}

/** How many messages of a room the person has not read. Those before the known deleted ones are read before them. @param {Room} room */
export function unreadIn({ seq, read, deleted = NONE, older_deleted = 0 }) {
  const unread = deleted.filter((place) => place > read).length;
  return Math.max(0, seq - read - unread - (unread === deleted.length ? older_deleted : 0));
}
