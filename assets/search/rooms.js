// Rooms by name are found here, where all of them are known.
import { fold } from "../folding.js";
import { NONE, useFeed, view } from "../live/store.js";
import { makeStore, sameList } from "../store.js";

const MOST = 5;
const found = makeStore({ rooms: /** @type {SidebarRow[]} */ (NONE) });
export const useRoomsFound = found.use;

/** Find the rooms for what the page's address asks: only words that stand alone may be a room's name. */
export function findRooms() {
  const { q = "", ...rest } = Object.fromEntries(new URLSearchParams(location.search));
  const wanted = Object.keys(rest).length || /\b(from|has|is):/.test(q) ? "" : fold(q.trim());
  const rooms = wanted ? view.rooms.filter(({ name }) => fold(name).includes(wanted)).slice(0, MOST) : NONE;
  found.update({ rooms: sameList(found.get().rooms, rooms) });
}

/** A room's name as it is now; a direct chat is called by the other one. @param {{ room: string, name: string }} props */
export const RoomName = ({ room, name }) => useFeed("rooms").find(({ id }) => id === room)?.name ?? name;
