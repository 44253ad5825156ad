// The list of the person's rooms. A tab is told the latest when it arrives, and the others when somebody looks for them.

import { attendAnew } from "./attention.js";
import { resendWants } from "./marks.js";
import { deliver } from "./receipts.js";
import { UNSAID } from "../rules.js";
import { feedOf, NONE, state, tell } from "./store.js";

const PATIENCE = 3000; // ms to wait for an answer to the question after a room, before asking again

/** @param {Ops["rooms"]} op */
export function rooms({ rooms, more }) {
  const before = state.rooms;
  // What is known of others still holds, unless something may have been missed.
  const others = more && !state.roomsDoubted ? before : NONE;
  state.rooms = new Map([...others, ...entriesOf(rooms, before)]);
  state.moreRooms = more && (state.moreRooms || state.roomsDoubted);
  state.roomsDoubted = false;
  state.roomsKnown = true;
  if (!more) forgetOthers();
  attendAnew();
  tell("arrived");
  resendWants();
  deliver();
}

/** @param {Ops["listed"]} op */
export function listed({ rooms }) {
  entriesOf(rooms, state.rooms).forEach(([id, room]) => state.rooms.set(id, room));
  deliver();
}

/** @param {Ops["rooms"]["rooms"]} rooms @param {FeedState["rooms"]} before @returns {[string, Room][]} */
const entriesOf = (rooms, before) => rooms.map((room) => [room.id, newest(before.get(room.id), room)]);

export const loadRooms = () => state.moreRooms && tell("send", "load_rooms", { room: "" });

/** @type {Map<string, number>} */
const asked = new Map();

/**
 * Ask for a room that the list lacks, because one has joined it or because of news, or whose people have changed: a direct chat is listed from its first message on.
 * @param {string} id
 * @param {"joined" | "news" | "people"} why
 */
export function wantRoom(id, why) {
  const key = `${id} ${why}`;
  if (Date.now() - (asked.get(key) ?? 0) < PATIENCE) return;
  asked.set(key, Date.now());
  tell("send", "load_rooms", { room: id });
}

/** @param {string} id */
export function forget(id) {
  state.rooms.delete(id);
  for (const why of ["joined", "news", "people"]) asked.delete(`${id} ${why}`); // one may be in it again
  const feed = feedOf(id);
  feed.ready = feed.loadingOlder = false;
  feed.absent = true;
  feed.messages = new Map();
}

/** Let go of the rooms that the list lacks; of the one that is shown, its own answer tells. */
function forgetOthers() {
  for (const [id, feed] of state.feeds) if (!state.rooms.has(id) && id !== state.current && feed.ready && !feed.beginning) forget(id);
}

/**
 * A room of the list, with what was heard of it since the server read the list.
 * @param {Room | undefined} before
 * @param {Ops["rooms"]["rooms"][number]} op
 * @returns {Room}
 */
function newest(before, { rev, ...said }) {
  const room = /** @type {Room} */ ({ ...UNSAID, ...said });
  const feed = state.feeds.get(room.id);
  const isLate = (/** @type {string} */ thing) => (feed?.heard.get(thing) ?? 0) > rev;
  const role = (isLate("role") && feed?.role) || room.role;
  if (!before) return { ...room, role };
  const deleted = [...new Set([...(before.deleted ?? NONE), ...(room.deleted ?? NONE)])];
  const mentions = [...(room.mentions ?? NONE), ...(before.mentions ?? NONE).filter((seq) => seq > room.seq)];
  return {
    ...(isLate("room") ? { ...room, ...before } : { ...before, ...room }),
    role,
    seq: Math.max(before.seq, room.seq),
    read: Math.max(before.read, room.read),
    at: before.seq > room.seq ? before.at : room.at,
    deleted,
    mentions: mentions.filter((seq) => !deleted.includes(seq)),
  };
}
