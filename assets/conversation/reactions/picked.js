// The message whose menu, or choice of reactions, is open: one of each serves all messages.

import { useSyncExternalStore } from "react";
import { pin, mark, toggleReaction } from "../../live/marks.js";
import { known } from "../../live/past.js";
import { currentFeed, state, subscribe, view } from "../../live/store.js";
import { replace } from "../../components/floating.js";
import { locale } from "../../i18n.js";
import { openAll } from "./all.js";
import { atHand, noteUse } from "./recent.js";

let id = "";
let quick = atHand();
const listeners = new Set();
const told = () => listeners.forEach((listener) => listener());

const picked = () => view.rows.find((row) => row.id === id) ?? null;

let readers = [];

/** The names of those who have read the person's own message, where each one's place is known. */
function readersOf() {
  const feed = currentFeed();
  const message = feed && known(feed, id);
  const own = message?.author?.id === state.me?.id && feed.seen;
  const read = own ? feed.members.filter((member) => member.id !== state.me.id && feed.seen.get(member.id)?.[0] >= message.seq) : [];
  const names = read.map((member) => member.name);
  return names.join("\n") === readers.join("\n") ? readers : (readers = names);
}

const SLICES = { row: picked, readers: readersOf, quick: () => quick };

export function usePicked(slice) {
  const read = SLICES[slice];
  const listen = (listener) => {
    const stop = subscribe(listener);
    listeners.add(listener);
    return () => (stop(), listeners.delete(listener));
  };
  return useSyncExternalStore(listen, read, read);
}

const close = (menu) => document.getElementById(menu)?.hidePopover();

export function give(emoji) {
  toggleReaction(id, emoji);
  noteUse(emoji);
  close("reactions");
  close("all-emoji");
}

export const toggle = (message, emoji) => toggleReaction(message, emoji);

export const pinPicked = () => pin(id, !picked()?.pinned);
export const markPicked = () => mark(id, !picked()?.starred);

/** Show all emoji. */
export function more() {
  replace("reactions", "all-emoji");
  openAll();
}

/** Names as a reader's language lists them. */
export const listed = (names) => new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);

if (typeof document !== "undefined") {
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("[data-menu]");
      const message = button?.closest("[data-message]");
      if (!message) return;
      id = message.dataset.message;
      quick = atHand();
      told();
    },
    true,
  );
}
