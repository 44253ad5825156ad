// The list of the person's rooms. A tab receives the latest on arrival, and the others when somebody looks for them.

import { answered, askOnce } from "./asking.js";
import { attendAnew } from "./attention.js";
import { resendWants } from "./marks.js";
import { deliver } from "./receipts.js";
import { isAside } from "./sidebar.js";
import { UNSAID } from "../rules.js";
import { feedOf, NONE, state, tell } from "./store.js";
import { resendUnread } from "./unread.js";

/** @param {Ops["rooms"]} op */
export function rooms({ rooms, more }) {
  const before = state.rooms;
  // What is known of others still holds, unless something may have been missed. No list has asides: of the one that is shown, its own
  // answer tells.
  const others = more && !state.roomsDoubted ? before : [...before].filter(([id, room]) => id === state.current && isAside(room));
  state.rooms = new Map([...others, ...entriesOf(rooms, before)]);
  state.moreRooms = more && (state.moreRooms || state.roomsDoubted);
  state.roomsDoubted = false;
  state.roomsKnown = true;
  if (!more) forgetOthers();
  attendAnew();
  tell("arrived");
  resendWants();
  resendUnread();
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

/**
 * Ask for a room that the list lacks, because one has joined it or because of news (a direct chat is listed from its first message on); or
 * for one whose people have changed, or that was marked as unread.
 * @param {string} id
 * @param {"joined" | "news" | "people" | "unread"} why
 */
export const wantRoom = (id, why) => askOnce(`${why} ${id}`, "load_rooms", { room: id });

/** @param {string} id */
export function forget(id) {
  state.rooms.delete(id);
  for (const why of ["joined", "news", "people", "unread"]) answered(`${why} ${id}`); // one may be in it again
  const feed = feedOf(id);
  feed.ready = feed.loadingOlder = false;
  feed.absent = true;
  feed.messages = new Map();
}

/** Forget the rooms that the list lacks; the shown room has its own answer. */
function forgetOthers() {
  for (const [id, feed] of state.feeds) if (!state.rooms.has(id) && id !== state.current && feed.ready && !feed.beginning) forget(id);
}

/**
 * The position of a room and of its reader: ops that arrived meanwhile may be newer than the server's result.
 * @param {Pick<Room, "seq" | "read" | "at">} before
 * @param {Pick<Room, "seq" | "read" | "at">} room
 */
export const furthest = (before, room) => ({
  seq: Math.max(before.seq, room.seq),
  read: Math.max(before.read, room.read),
  at: before.seq > room.seq ? before.at : room.at,
});

/**
 * A room of the list, with the ops that arrived since the server read the list.
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
  const { deleted: told = NONE, older_deleted } = room;
  const known = (before.deleted ?? NONE).filter((seq) => !older_deleted || seq > told[0]); // of those before, the number is told
  const deleted = [...new Set([...known, ...told])];
  const mentions = [...(room.mentions ?? NONE), ...(before.mentions ?? NONE).filter((seq) => seq > room.seq)];
  return {
    ...(isLate("room") ? { ...room, ...before } : { ...before, ...room }),
    role,
    ...furthest(before, room),
    deleted,
    older_deleted,
    mentions: mentions.filter((seq) => !deleted.includes(seq)),
  };
}
