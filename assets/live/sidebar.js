// The list of rooms as the sidebar shows it: its sections, the unread counts, and the actions of each room.

import { periodOf } from "../time.js";
import { drafted } from "./drafts.js";
import { current as translate } from "../i18n.js";
import { unreadIn } from "./unread.js";
import { NOBODY } from "./people.js";
import { sameList, sameObject } from "../store.js";
import { changed, NONE, state, view } from "./store.js";

const CHATS = 8; // shown before one asks for all
const SECTIONS = /** @type {const} */ (["favorites", "places", "directs", "archive"]); // besides the chats

/** The slices of the store that the sidebar shows. @returns {Pick<View, "rooms" | "chats" | "moreChats" | "calls" | "unread">} */
export function sidebarSlices() {
  const rooms = sameList(view.rooms, [...state.rooms.values()].filter((room) => !isAside(room)).sort(byActivity).map(sidebarRow));
  const listed = rooms.filter(FILTERS[state.filter]);
  const sections = { favorites: NONE, chats: NONE, places: NONE, directs: NONE, archive: NONE, ...Object.groupBy(listed, sectionOf) };
  const chats = state.filter !== "all" || state.allChats ? sections.chats : sections.chats.slice(0, CHATS);
  return {
    rooms,
    ...Object.fromEntries(SECTIONS.map((name) => [name, sameList(view[name], sections[name])])),
    chats: sameList(view.chats, withDays(chats)),
    moreChats: chats.length < sections.chats.length,
    calls: callsOf(rooms),
    unread: rooms.filter((room) => room.unread).length,
  };
}

/** @type {Record<FeedState["filter"], (row: SidebarRow) => boolean>} */
const FILTERS = {
  all: () => true,
  unread: (row) => row.unread !== "" || row.current,
  mentions: (row) => row.mentions !== "" || row.current,
};

/** Choose the filter of the list. @param {Partial<Pick<FeedState, "filter" | "allChats">>} choice */
export function chooseListed(choice) {
  Object.assign(state, choice);
  changed();
}

/** @param {SidebarRow} row */
function sectionOf(row) {
  if (row.archived) return "archive";
  if (row.favorite) return "favorites";
  return row.kind === "chat" ? "chats" : row.kind === "room" ? "places" : "directs";
}

/** The mark on the button that opens a hidden sidebar: the number of mentions, or a dot. @param {SidebarRow[]} rows */
function callsOf(rows) {
  const mentions = rows.reduce((sum, row) => sum + (parseInt(row.mentions) || 0), 0);
  return mentions ? upTo99(mentions) : rows.some((row) => row.unread) ? "·" : "";
}

/** Chats below the name of the time when something was last said there. @param {SidebarRow[]} rows @returns {SidebarRow[]} */
function withDays(rows) {
  let last = "";
  return rows.map((row) => {
    const period = periodOf(state.rooms.get(row.id)?.at ?? "");
    const heading = period === last ? "" : (last = period);
    return heading ? { ...row, heading } : row;
  });
}

/** @param {number} count */
const upTo99 = (count) => (count > 99 ? "99+" : String(count || ""));

/** @param {Room} a @param {Room} b */
const byActivity = (a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1);

/** @param {Room} room @returns {SidebarRow} */
function sidebarRow(room) {
  const here = room.id === state.current && document.hasFocus() && !state.feeds.get(room.id)?.keptUnread;
  const { name, person, presence } = calledBy(room);
  const row = {
    id: room.id,
    kind: room.kind ?? "room",
    name,
    person,
    presence: presence.state,
    href: `/r/${room.id}`,
    current: room.id === (state.rooms.get(state.current ?? "")?.parent ?? state.current),
    archived: !!room.archived,
    favorite: !!room.favorite,
    draft: room.id !== state.current && drafted().has(room.id),
    heading: "",
    unread: here ? "" : upTo99(unreadIn(room)),
    mentions: here ? "" : upTo99((room.mentions ?? NONE).filter((seq) => seq > room.read).length),
    role: room.role,
  };
  return (room.row = sameObject(room.row, row));
}

/** @type {Presence} */
const NOT_SEEN = { state: "", seen: "" };

/** @param {Room | null | undefined} room */
export const isAside = (room) => room?.kind === "aside";

/**
 * The name of a room: a direct chat has that of the other person, who may be deleted; an unnamed group chat those of
 * the others in it; an aside that of its room.
 * @param {Room | null} room
 * @returns {{ name: string, person: Person, presence: Presence }}
 */
export function calledBy(room) {
  const parent = state.rooms.get(room?.parent ?? "");
  if (parent) return calledBy(parent);
  if (room?.kind === "direct") {
    const person = room.peer ?? NOBODY;
    return { name: person.name || translate()("people.gone"), person, presence: state.presence[person.id] ?? NOT_SEEN };
  }
  return { name: room?.names?.join(translate()("shell.and")) || (room?.name ?? ""), person: NOBODY, presence: NOT_SEEN };
}
