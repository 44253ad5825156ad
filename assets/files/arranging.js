// The order of the files in the composer: dragged by a pointer, or moved by buttons and keys.
import { flushSync } from "react-dom";
import { closest, find, listen } from "../dom.js";
import { makeStore } from "../store.js";
import { note, stateOfUploads } from "./uploads.js";

const ITEM = "[data-file]";
/** @type {Record<string, number>} */
const KEYS = { ArrowUp: -1, ArrowDown: 1 };

const moved = makeStore({ name: "", place: 0, total: 0 });
export const useMoved = moved.use;

/** @param {string} key */
const itemOf = (key) => find(`[data-file="${key}"]`);

const order = () => stateOfUploads().list.map(({ key }) => key);

/** @param {string[]} keys in their new order */
function arrange(keys) {
  const { list } = stateOfUploads();
  const focused = document.activeElement;
  let last = -Infinity;
  flushSync(() => {
    for (const [n, key] of keys.entries()) {
      last = Math.max(last + 1, list[n].at);
      note(key, { at: last });
    }
  });
  if (focused instanceof HTMLElement && focused.closest(ITEM)) focused.focus(); // which is lost where the browser moves it
}

/** Move a file to a place, and announce it. @param {string} key @param {number} place from 0 on */
function put(key, place) {
  const keys = order();
  if (place < 0 || place >= keys.length || keys[place] === key) return;
  arrange(keys.filter((each) => each !== key).toSpliced(place, 0, key));
  itemOf(key)?.scrollIntoView({ block: "nearest" });
  moved.update({ name: stateOfUploads().list[place].name, place: place + 1, total: keys.length });
}

/** @param {string} key @param {number} by */
export const moveFile = (key, by) => put(key, order().indexOf(key) + by);

/** Follow a pointer that drags a file until it is let go; Escape puts it back. @param {string} key @param {number} pointer */
function drag(key, pointer) {
  const before = order();
  const ending = new AbortController();
  const { signal } = ending;
  let above = ""; // the file that was passed last: one that is larger than the other stays under the pointer
  itemOf(key)?.toggleAttribute("data-dragged", true);
  const end = (/** @type {boolean} */ stays) => {
    ending.abort();
    itemOf(key)?.removeAttribute("data-dragged");
    if (!stays && before.length === order().length) arrange(before);
  };
  const follow = (/** @type {PointerEvent} */ { pointerId, clientX, clientY }) => {
    if (pointerId !== pointer) return;
    const other = document.elementFromPoint(clientX, clientY)?.closest(ITEM)?.getAttribute("data-file") ?? "";
    if (other !== above && other && other !== key) put(key, order().indexOf(other));
    above = other;
  };
  listen(window, { pointermove: follow, pointerup: () => end(true), pointercancel: () => end(false) }, { signal });
  listen(window, { keydown: (event) => event.key === "Escape" && (event.preventDefault(), end(false)) }, { signal, capture: true });
}

export const listProps = {
  onPointerDown: (/** @type {import("react").PointerEvent} */ event) => {
    const key = closest(event, ITEM)?.dataset.file;
    if (event.button || !key || !closest(event, ".chosen-handle") || order().length < 2) return;
    event.preventDefault(); // no text is selected
    drag(key, event.pointerId);
  },
  onKeyDown: (/** @type {import("react").KeyboardEvent} */ event) => {
    const key = closest(event, ITEM)?.dataset.file;
    if (!event.altKey || !key || !(event.key in KEYS)) return;
    event.preventDefault();
    moveFile(key, KEYS[event.key]);
  },
};
