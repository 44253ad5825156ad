// The palette (Ctrl/Cmd+K): the typed text, the matching rooms, and the option that Enter takes.

import { makeRecent } from "../device.js";
import { dialogOf, DOWN, find, findAll, isComposing } from "../dom.js";
import { best, fit, fold } from "../folding.js";
import { loadRooms } from "../live/listing.js";
import { NONE, state, subscribe, tell, view } from "../live/store.js";
import { makeStore } from "../store.js";

const PALETTE = "palette";
const MOST = 6; // rooms
const KEPT = 20; // rooms visited
const SEARCH = "palette-search"; // the option that is there for any words

const shown = makeStore({ open: false, query: "", rooms: /** @type {SidebarRow[]} */ (NONE), chosen: "" });
export const usePalette = shown.use;
let walked = false; // whether the person has chosen the option

const visited = makeRecent("parley.recent", KEPT);

/** The place in the list: visited rooms first, then by activity. @param {SidebarRow} row */
function placeOf({ id, current }) {
  const place = visited.get().indexOf(id);
  return current ? KEPT + 1 : place < 0 ? KEPT : place;
}

function findRooms() {
  const wanted = fold(shown.get().query).trim().replace(/^#/, "");
  const rows = view.rooms.toSorted((a, b) => placeOf(a) - placeOf(b));
  shown.update({ rooms: best(rows, (row) => (wanted ? fit(row.name, wanted) : row.current ? Infinity : 0)).slice(0, MOST) });
}

subscribe(() => {
  visited.note(state.current);
  if (palette()?.open) findRooms();
});

const palette = () => (typeof document === "undefined" ? null : dialogOf(PALETTE));
const options = () => findAll(`#${PALETTE} [role=option]`);

/** Whether the results for `words` may stay while `query` is typed, so that a letter more or less does not make them flicker. @param {string} words @param {string} query */
export const isAbout = (words, query) => !!words.trim() && !!query.trim() && (words.startsWith(query) || query.startsWith(words));

export function openPalette() {
  if (palette()?.open) return;
  loadRooms();
  const input = /** @type {HTMLInputElement | null} */ (find(`#${PALETTE} input`));
  if (input) input.value = "";
  shown.update({ open: true, query: "", chosen: "" });
  findRooms();
  palette()?.showModal();
  requestAnimationFrame(settle);
}

export const search = () => tell("navigate", `/search?${new URLSearchParams({ q: shown.get().query.trim() })}`);

/** One option is chosen always: the first, where the one before is gone, or was chosen while there was no better one. */
function settle() {
  const ids = options().map(({ id }) => id);
  const { chosen } = shown.get();
  if (!ids.includes(chosen) || (chosen === SEARCH && !walked)) shown.update({ chosen: ids[0] ?? "" });
}

/** @param {number} step */
function walk(step) {
  const all = options();
  const next = all[(all.findIndex(({ id }) => id === shown.get().chosen) + step + all.length) % all.length];
  walked = true;
  shown.update({ chosen: next?.id ?? "" });
  next?.scrollIntoView({ block: "nearest" });
}

export const inputProps = {
  onInput: (/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => {
    walked = false;
    shown.update({ query: currentTarget.value, chosen: "" });
    findRooms();
    requestAnimationFrame(settle);
  },
  onKeyDown: (/** @type {KeyEvent} */ event) => {
    if (isComposing(event)) return;
    const step = DOWN[event.key];
    if (step) walk(step);
    else if (event.key === "Enter") {
      settle(); // who types fast does not wait for the next frame
      document.getElementById(shown.get().chosen)?.click();
    } else return;
    event.preventDefault();
  },
};

/** The browser reports the closing a moment later, when it may be open again. */
export const dialogProps = { onClose: () => shown.update({ open: !!palette()?.open }) };

/** @type {MutationObserver | undefined} */
let watching;
export const listProps = {
  /** Watch for options that come and go. @param {HTMLElement | null} list */
  ref: (list) => {
    watching?.disconnect();
    watching = list ? new MutationObserver(settle) : undefined;
    if (list) watching?.observe(list, { childList: true, subtree: true });
  },
  /** Close before the option acts: it may open another dialog. @param {{ target: EventTarget | null }} event */
  onClickCapture: ({ target }) => target instanceof Element && target.closest("[role=option]") && palette()?.close(),
};
