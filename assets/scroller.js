// The message list's scroll: stays at the newest message while one is there, keeps still while one is not, loads upward without a
// jump, and comes back to where one was in each room.

import { createElement, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { markRead, older } from "./feed/actions.js";
import { subscribe, view } from "./feed/store.js";

const NEAR_END = 80; // px
const NEAR_START = 800; // px
const places = new Map(); // room → distance from the end, null at the end

let away = { away: false, unseen: 0 };
const listeners = new Set();
function setAway(next) {
  if (next.away === away.away && next.unseen === away.unseen) return;
  away = next;
  listeners.forEach((listener) => listener());
}

export function useAway(slice) {
  const read = () => away[slice];
  return useSyncExternalStore((listener) => (listeners.add(listener), () => listeners.delete(listener)), read, read);
}

let current = null; // { box, pinned, room }

export function toLatest() {
  if (!current) return;
  current.pinned = true;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  current.box.scrollTo({ top: current.box.scrollHeight, behavior: calm ? "auto" : "smooth" });
  setAway({ away: false, unseen: 0 });
  markRead();
}

export function Scroller({ room, children, label, ...rest }) {
  const box = useRef(null);
  const inner = useRef(null);
  const mine = useRef({ pinned: true, height: 0, first: null, last: null, room: null, placed: false }).current;
  const rows = useSyncExternalStore(subscribe, () => view.rows, () => view.rows);

  useLayoutEffect(() => {
    const element = box.current;
    const first = rows[0]?.key ?? null;
    const last = rows[rows.length - 1] ?? null;
    if (mine.room !== room) {
      Object.assign(mine, { room, placed: false, pinned: true });
      setAway({ away: false, unseen: 0 });
    }
    if (!rows.length) {
      mine.first = null;
      return;
    }
    if (!mine.placed) {
      place(element, mine, rows);
    } else if (mine.first !== first && mine.first !== null && rows.some((row) => row.key === mine.first)) {
      // Older messages came in above: keep what is on the screen where it is.
      element.scrollTop += element.scrollHeight - mine.height;
    } else if (mine.last !== last?.key && last) {
      if (last.own && last.pending) mine.pinned = true;
      if (!mine.pinned) setAway({ away: true, unseen: away.unseen + 1 });
    }
    if (mine.pinned) element.scrollTop = element.scrollHeight;
    Object.assign(mine, { first, last: last?.key ?? null, height: element.scrollHeight });
    if (mine.pinned) markRead();
  }, [rows, room]);

  useEffect(() => {
    const element = box.current;
    current = mine;
    mine.box = element;
    const grown = new ResizeObserver(() => {
      if (mine.pinned) element.scrollTop = element.scrollHeight;
      mine.height = element.scrollHeight;
    });
    grown.observe(inner.current);
    grown.observe(element);
    return () => {
      grown.disconnect();
      if (current === mine) current = null;
    };
  }, []);

  const scrolled = () => {
    const element = box.current;
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
    mine.pinned = fromEnd < NEAR_END;
    places.set(room, mine.pinned ? null : element.scrollHeight - element.scrollTop);
    setAway(mine.pinned ? { away: false, unseen: 0 } : { away: fromEnd > NEAR_END * 3 || away.away, unseen: away.unseen });
    if (mine.pinned) markRead();
    if (element.scrollTop < NEAR_START) older();
  };

  return createElement(
    "div",
    { ...rest, ref: box, onScroll: scrolled, tabIndex: 0, role: "region", "aria-label": label },
    createElement("div", { ref: inner, className: "feed-inner" }, children),
  );
}

function place(element, mine, rows) {
  mine.placed = true;
  const kept = places.get(mine.room);
  const fresh = element.querySelector("[data-fresh]");
  if (kept != null) {
    mine.pinned = false;
    element.scrollTop = element.scrollHeight - kept;
  } else if (fresh) {
    element.scrollTop = Math.max(0, fresh.offsetTop - element.clientHeight / 3);
    mine.pinned = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
  } else {
    mine.pinned = true;
  }
}
