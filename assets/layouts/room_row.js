// The room whose menu is open, in the list of rooms: one menu serves all of them.
import { view } from "../live/store.js";
import { makeStore } from "../store.js";

const shown = makeStore({ chosen: /** @type {SidebarRow | null} */ (null) });
export const useRowMenu = shown.use;

/** The menu that opens is for this room. @param {string} id */
export const choose = (id) => shown.set({ chosen: view.rooms.find((row) => row.id === id) ?? null });
