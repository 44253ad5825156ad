// Jump to a room (Ctrl/Cmd+K): a filter over the person's rooms.

import { dialogOf } from "../dom.js";
import { loadRooms } from "../live/listing.js";
import { subscribe, tell, view } from "../live/store.js";
import { fold } from "../folding.js";
import { makeStore } from "../store.js";

/** @typedef {{ id: string, href: string, name: string, unread: string, messages: boolean, chosen: boolean, option: string }} Option */

const MOST = 8;
const shown = makeStore({ query: "", list: /** @type {Option[]} */ ([]), chosen: "" });
export const useJump = shown.use;
let chosen = 0;
/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** @param {string} [query] */
function compute(query = shown.get().query) {
  const wanted = fold(query).trim();
  const found = view.rooms.filter((room) => fold(room.name).includes(wanted)).slice(0, MOST).map((room) => ({ ...room, messages: false }));
  const among = wanted ? [{ id: "messages", href: `/search?${new URLSearchParams({ q: query.trim() })}`, name: query.trim(), unread: "", messages: true }] : [];
  const options = [...found, ...among];
  chosen = Math.max(0, Math.min(chosen, options.length - 1));
  const list = options.map(({ id, href, name, unread, messages }, i) => ({ id, href, name, unread, messages, chosen: i === chosen, option: `jump-${i}` }));
  shown.set({ query, list, chosen: list[chosen]?.option ?? "" });
}

subscribe(() => dialog()?.open && compute());

const dialog = () => (typeof document === "undefined" ? null : dialogOf("jump"));

export function openJump() {
  chosen = 0;
  loadRooms();
  compute("");
  dialog()?.showModal();
}

/** @param {string | undefined} href */
export function go(href) {
  dialog()?.close();
  if (href) tell("navigate", href);
}

export const inputProps = {
  onChange: (/** @type {{ target: HTMLInputElement }} */ event) => {
    chosen = 0;
    compute(event.target.value);
  },
  onKeyDown: (/** @type {KeyEvent} */ event) => {
    if (event.nativeEvent?.isComposing || event.keyCode === 229) return;
    const { list } = shown.get();
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + list.length) % Math.max(1, list.length);
      compute();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(list[chosen]?.href);
    }
  },
};
