// Rooms by name are found here, where all of them are known.
import { useMemo } from "react";

import { fold } from "../folding.js";
import { useFeed } from "../live/store.js";

const MOST = 5;

/** The rooms whose names have the words. @param {"found"} _ @param {string} words @returns {SidebarRow[]} */
export function useRooms(_, words) {
  const rooms = useFeed("rooms");
  const wanted = fold(words);
  return useMemo(() => (wanted ? rooms.filter(({ name }) => fold(name).includes(wanted)).slice(0, MOST) : []), [rooms, wanted]);
}

/** A room's name as it is now; a direct chat is called by the other one. @param {{ room: string, name: string }} props */
export const RoomName = ({ room, name }) => useFeed("rooms").find(({ id }) => id === room)?.name ?? name;
