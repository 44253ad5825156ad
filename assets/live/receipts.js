// Receipts: how far others have read and received messages. A small room sends each person's position; a large one only that there is
// something to count, to the authors of what was read.

import { gathered } from "../timing.js";
import { changed, state, tell } from "./store.js";

const DELIVERY_PAUSE = 2000; // ms, and up to as much again, so that not all tabs speak at once
const COUNT_PAUSE = 1500; // ms between questions after the count
const FACES = 4;

/** @param {Feed} feed @param {EnteredOp} op */
export function takeSeen(feed, { seen }) {
  if (!seen) return void (feed.seen = null);
  const before = feed.seen ?? new Map();
  feed.seen = new Map(Object.entries(seen).map(([id, place]) => [id, furthest(/** @type {Place} */ (place), before.get(id))]));
}

/** @param {Place} place @param {Place} [before] @returns {Place} */
const furthest = ([read, got], before = [0, 0]) => [Math.max(read, before[0]), Math.max(got, before[1])];

/** @param {SeenOp} op */
export function seen({ room, user, read, got }) {
  const feed = state.feeds.get(room);
  if (!feed?.ready) return;
  if (feed.seen) feed.seen.set(user, furthest([read, got], feed.seen.get(user)));
  else count(feed);
}

/** @param {{ room: string, user: string }} op */
export const unseen = ({ room, user }) => void state.feeds.get(room)?.seen?.delete(user);

/** Mark all before a message as read by its author, or by the person who asked for an answer. @param {Feed} feed @param {Message} message */
export function noteSaid(feed, { seq, author, ai }) {
  const who = author?.id ?? (ai?.status === "queued" ? ai.asker?.id : null);
  if (who && feed.seen?.has(who)) feed.seen.set(who, furthest([seq, seq], feed.seen.get(who)));
}

/**
 * The receipts below the messages: the people who have read the newest one. Keeps its identity while nothing in it
 * changes.
 * @param {Feed | null} feed
 * @param {Row[]} rows
 * @param {Receipt | null} before
 */
export function receiptView(feed, rows, before) {
  const now = feed?.ready && !feed.past ? receiptOf(feed, feed.messages.get(rows.findLast((row) => !row.event)?.id ?? "")) : null;
  return before && now && before.is === now.is ? before : now;
}

/** @param {Feed} feed @param {Message | undefined} newest @returns {Receipt | null} */
function receiptOf(feed, newest) {
  if (!newest || newest.deleted || feed.members.length < 2) return null;
  const own = newest.author?.id === state.me?.id;
  const { seen } = feed;
  if (!seen) return own ? counted(feed, newest) : null;
  const others = feed.members.filter(({ id }) => id !== state.me?.id && id !== newest.author?.id && seen.has(id));
  const placeOf = (/** @type {Member} */ { id }) => seen.get(id) ?? [0, 0];
  const readers = others.filter((member) => placeOf(member)[0] >= newest.seq);
  const got = others.some((member) => placeOf(member)[1] >= newest.seq);
  const how = readers.length ? "read" : !own ? "" : got ? "delivered" : "sent";
  const faces = readers.slice(0, FACES);
  const is = JSON.stringify([how, readers.length, faces]);
  if (!how) return null;
  return { is, how, faces, more: readers.length - faces.length, names: readers.map(({ name }) => name), count: readers.length, of: others.length };
}

/** @param {Feed} feed @param {Message} message */
function counted(feed, { id }) {
  if (feed.counted?.message !== id) {
    feed.counted = { message: id, read: 0, of: 0, asked: 0 };
    count(feed);
  }
  const { read, of } = feed.counted;
  return { is: `${read}/${of}`, how: read ? "counted" : "sent", faces: [], more: 0, names: [], count: read, of };
}

/** @param {Feed} feed */
function count(feed) {
  const { counted: about } = feed;
  if (!about || about.asked) return;
  about.asked = setTimeout(() => {
    about.asked = 0;
    if (feed.counted === about && state.current === feed.id) tell("send", "load_receipts", { message: about.message });
  }, COUNT_PAUSE);
}

/** @param {{ room: string, message: string, read: number, of: number }} op */
export function receipts({ room, message, read, of }) {
  const feed = state.feeds.get(room);
  if (feed?.counted?.message === message) Object.assign(feed.counted, { read, of });
}

// --- what this tab was brought ----------------------------------------------------------------------------------------

/** Say what this tab was brought in small rooms, unless it is read meanwhile. */
export const deliver = gathered(() => {
  const behind = [...state.rooms.values()].filter(({ small, seq, got = 0, read }) => small && seq > Math.max(got, read));
  if (!behind.length) return;
  behind.forEach((room) => (room.got = room.seq));
  tell("send", "delivered", { places: Object.fromEntries(behind.slice(0, 50).map(({ id, seq }) => [id, seq])) });
  changed();
}, () => DELIVERY_PAUSE * (1 + Math.random()));
