// Find rooms by name here, because all of them are known.
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

/**
 * The current name of a room; a direct chat has that of the other person.
 * @param {{ room: string, name: string }} props
 */
export const RoomName = ({ room, name }) => useFeed("rooms").find(({ id }) => id === room)?.name ?? name;
