// Apply news of messages and people to the list of rooms.

import { wantRoom } from "./listing.js";
import { deliver } from "./receipts.js";
import { state } from "./store.js";

/** @param {string} id @param {number} seq @param {string} at @param {string | null | undefined} author @param {boolean} [line] about the room, which moves it nowhere */
export function noteNews(id, seq, at, author, line) {
  const room = state.rooms.get(id);
  if (!room && state.roomsKnown) wantRoom(id, "news"); // one that was not told, or a direct chat that another has begun
  if (!room || seq <= room.seq) return;
  room.seq = seq;
  if (line) return;
  room.at = at;
  if (author !== state.me?.id) deliver();
}

/** Count the room as read up to an own message, also where a newer one has overtaken it. @param {string} id @param {number} seq @param {string | null | undefined} author */
export function noteOwn(id, seq, author) {
  const room = state.rooms.get(id);
  if (room && author && author === state.me?.id) room.read = Math.max(room.read, seq);
}

/** A group chat is called by its people: ask for their names again. @param {string} room */
export const nameAnew = (room) => state.rooms.get(room)?.names?.length && wantRoom(room, "people");
