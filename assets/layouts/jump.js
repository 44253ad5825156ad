// Jump to a room (Ctrl/Cmd+K): a filter over the person's rooms.

import { useSyncExternalStore } from "react";
import { fold } from "../folding.js";
import { subscribe, tell, view } from "../live/store.js";

const MOST = 8;
let query = "";
let chosen = 0;
let list = [];
const listeners = new Set();

function compute() {
  const wanted = fold(query).trim();
  const found = view.rooms.filter((room) => fold(room.name).includes(wanted)).slice(0, MOST);
  const among = wanted ? [{ id: "messages", href: `/search?${new URLSearchParams({ q: query.trim() })}`, name: query.trim(), unread: "", messages: true }] : [];
  const options = [...found, ...among];
  chosen = Math.max(0, Math.min(chosen, options.length - 1));
  list = options.map(({ id, href, name, unread, messages = false }, i) => ({ id, href, name, unread, messages, chosen: i === chosen, option: `jump-${i}` }));
  listeners.forEach((listener) => listener());
}

subscribe(() => dialog()?.open && compute());

const dialog = () => (typeof document === "undefined" ? null : document.getElementById("jump"));

export function useJump(slice) {
  const read = () => (slice === "list" ? list : slice === "query" ? query : list[chosen]?.option ?? "");
  return useSyncExternalStore((listener) => (listeners.add(listener), () => listeners.delete(listener)), read, read);
}

export function openJump() {
  query = "";
  chosen = 0;
  compute();
  dialog()?.showModal();
}

export function go(href) {
  dialog()?.close();
  if (href) tell("navigate", href);
}

export const inputProps = {
  onChange: (event) => {
    query = event.target.value;
    chosen = 0;
    compute();
  },
  onKeyDown: (event) => {
    if (event.nativeEvent?.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
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
