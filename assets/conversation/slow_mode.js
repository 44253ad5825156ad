// Slow mode: in a room that has it, the next message may have to wait.

import { view } from "../live/store.js";
import { draft, update } from "./composing.js";

/** @type {Map<string, number>} */
const sentAt = new Map(); // room → when something was last said there, here
let ticking = 0;

/** @param {string} room */
export const noteSent = (room) => void sentAt.set(room, Date.now());

/** The sent message has come back. @param {string} room */
export const noteUnsent = (room) => void sentAt.delete(room);

/** Whether the next message has to wait; says how long, and counts down. */
export function waits() {
  clearTimeout(ticking);
  const { slow_seconds: slow = 0, can_edit_room: free } = view.room ?? {};
  const wait = free ? 0 : Math.ceil(((sentAt.get(draft.place) ?? -Infinity) + slow * 1000 - Date.now()) / 1000);
  if (wait <= 0) return false;
  const place = draft.place;
  update({ error: "slow_mode", wait });
  ticking = setTimeout(() => {
    if (draft.place === place && draft.error === "slow_mode" && !waits()) update({ error: "" });
  }, 1000);
  return true;
}
