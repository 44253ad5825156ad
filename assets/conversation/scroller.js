// The scroll position of the message list: it stays at the newest message if that is in view, keeps still otherwise,
// loads upward without a jump, and returns to the last position in each room.

import { createElement, useEffect, useLayoutEffect, useRef } from "react";
import { flushSync } from "react-dom";
import "./long_press.js";
import { closest, find, findAll } from "../dom.js";
import { latest, markRead, newer, older, readOn } from "../live/actions.js";
import { inThePast, keepNear, landed, targetId } from "../live/past.js";
import { subscribe, useFeed } from "../live/store.js";
import { makeStore } from "../store.js";
import { hear, hearNewest } from "./announcing.js";
import { focused, keepStop, pressed } from "./feed_keys.js";

/** @type {Position} */
const BLANK = { box: null, pinned: true, top: 0, anchor: null, last: null, room: null, placed: false, jump: 0, past: false, focused: null };
const NEAR_END = 80; // px
const NEAR_START = 800; // px
const FOUND_FOR = 2500; // ms for which a message that was looked for stands out
/** @type {Map<string, { message: string, top: number } | null>} */
const places = new Map(); // room → { message, top }: the first row in view and where it stands; null at the end

const away = makeStore({ away: false, unseen: 0 });
const setAway = away.update;
export const useAway = away.use;

/** @type {Position | null} */
let current = null;

export function toLatest() {
  if (!current?.box) return;
  current.pinned = true;
  if (inThePast()) return latest();
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  current.box.scrollTo({ top: current.box.scrollHeight, behavior: calm ? "auto" : "smooth" });
  setAway({ away: false, unseen: 0 });
  readOn();
}

/** @param {{ room: string, jump: number, label: string, children?: ReactNode }} props */
export function Scroller({ room, jump, children, label, ...rest }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const inner = useRef(/** @type {HTMLElement | null} */ (null));
  const end = useRef(/** @type {HTMLElement | null} */ (null));
  const mine = useRef({ ...BLANK }).current;
  const rows = useFeed("rows");

  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (box.current);
    const last = rows[rows.length - 1];
    if (mine.room !== room) {
      Object.assign(mine, { room, placed: false, pinned: true, anchor: null });
      setAway({ away: false, unseen: 0 });
    }
    if (inThePast()) hearNewest();
    else hear(room, rows);
    if (!rows.length) return;
    if (jump && mine.jump !== jump) {
      land(element, mine, jump);
    } else if (!mine.placed) {
      place(element, mine);
    } else if (mine.last !== last.key && !mine.past && !inThePast()) {
      if (last.own && last.pending) mine.pinned = true;
      if (!mine.pinned && !last.event) setAway({ away: true, unseen: away.get().unseen + 1 });
    }
    mine.last = last.key;
    mine.past = inThePast();
    hold(element, mine);
    if (mine.pinned) markRead();
    keepStop(element, stopIn(mine, inner.current));
    if (mine.focused && !mine.focused.isConnected) element.focus({ preventScroll: true });
    mine.focused = document.activeElement?.closest("[data-message]") ?? null;
    if (getSelection()?.isCollapsed) keepNear(mine.pinned ? last.id : mine.anchor?.row.closest("[data-message]")?.getAttribute("data-message") ?? undefined);
    if (element.scrollHeight <= element.clientHeight) void (older(), newer()); // a page of lines may be shown as one
  }, [rows, room, jump]);

  useEffect(() => subscribe(hearNewest), []);

  useEffect(() => {
    const element = /** @type {HTMLElement} */ (box.current);
    current = mine;
    mine.box = element;
    const grown = new ResizeObserver(() => hold(element, mine));
    if (inner.current) grown.observe(inner.current);
    grown.observe(element);
    return () => {
      grown.disconnect();
      if (current === mine) current = null;
    };
  }, []);

  const scrolled = () => {
    const element = /** @type {HTMLElement} */ (box.current);
    const fromEnd = belowView(element);
    const isUp = element.scrollTop < mine.top; // by the reader: what grows meanwhile moves nobody away from the end
    mine.top = element.scrollTop;
    mine.pinned = (fromEnd < NEAR_END || (mine.pinned && !isUp)) && !inThePast();
    mine.anchor = firstInView(element);
    places.set(room, mine.pinned ? null : placeOf(element, mine.anchor));
    keepStop(element, stopIn(mine, inner.current));
    const isAway = fromEnd > NEAR_END * 3 || away.get().away || inThePast();
    setAway(mine.pinned ? { away: false, unseen: 0 } : { away: isAway });
    if (mine.pinned) markRead();
    if (element.scrollTop < NEAR_START) older();
    if (fromEnd < NEAR_START) newer();
  };

  /** @type {import("react").KeyboardEventHandler<HTMLElement>} */
  const onKeyDown = (event) => pressed(event, event.currentTarget, end.current);
  /** @type {import("react").FocusEventHandler<HTMLElement>} */
  const onFocus = (event) => focused(event, event.currentTarget, mine.top);
  return createElement(
    "div",
    // A log, but what is new in it is said by `announcing.js`: not each piece of an answer, nor what buttons change.
    { ...rest, ref: box, onScroll: scrolled, onKeyDown, onFocus, tabIndex: 0, role: "log", "aria-live": "off", "aria-label": label },
    createElement("div", { ref: inner, className: "feed-inner" }, children),
    createElement("span", { ref: end, tabIndex: -1 }),
  );
}

/** The message to which Tab comes: the newest, or the first in view. @param {Position} mine @param {HTMLElement | null} inner */
const stopIn = (mine, inner) => (mine.pinned ? closest({ target: inner?.lastElementChild ?? null }, "[data-message]") : (mine.anchor?.row ?? null));

/**
 * Let `element` stand where it stands, less `by`, while `change` changes what is around it.
 * @param {HTMLElement} element
 * @param {() => void} change
 * @param {number} [by]
 */
export function keepStill(element, change, by = 0) {
  const { box } = current ?? BLANK;
  if (!box || !current) return flushSync(change);
  const { top } = element.getBoundingClientRect();
  flushSync(change);
  box.scrollTop += element.getBoundingClientRect().top - top + by;
  Object.assign(current, { pinned: false, anchor: anchorAt(box, element) });
}

/**
 * The same at the reading position: at the end, the end and everything near it stays.
 * @param {HTMLElement} element @param {() => void} change
 */
export const keepStillAway = (element, change) => (current?.pinned ? flushSync(change) : keepStill(element, change));

/** The height of the list below the view. @param {Element} box */
const belowView = (box) => box.scrollHeight - box.scrollTop - box.clientHeight;

/** How far below the beginning of the list's content a row stands. @param {Element} box @param {Element} row */
const offsetOf = (box, row) => row.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;

/** A row and where it stands. @param {Element} box @param {HTMLElement} row */
const anchorAt = (box, row) => {
  const { width, height } = row.getBoundingClientRect();
  return { row, offset: offsetOf(box, row), width, height };
};

/**
 * The first row in view, null without rows. Not the oldest, whose head and day go when older ones come, unless it is all there is to see.
 * @param {Element} box
 */
function firstInView(box) {
  const rows = findAll("[data-message]", box);
  const edge = box.getBoundingClientRect().top;
  let high = rows.length - 1;
  let low = rows[0]?.getBoundingClientRect().bottom > edge + box.clientHeight ? 0 : Math.min(1, high);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  return rows.length ? anchorAt(box, rows[low]) : null;
}

/** @param {Element} box @param {Anchor | null} anchor */
const placeOf = (box, anchor) => anchor && { message: anchor.row.dataset.message ?? "", top: anchor.offset - box.scrollTop };

/**
 * After any change of the content: show the end to people who are there, and keep the position of others.
 * @param {Element} box
 * @param {Position} mine
 */
function hold(box, mine) {
  if (mine.pinned) {
    box.scrollTop = box.scrollHeight;
    mine.top = box.scrollTop;
  } else if (mine.anchor?.row.isConnected) {
    const before = mine.anchor;
    mine.anchor = anchorAt(box, before.row);
    const above = Math.max(0, box.scrollTop - before.offset); // of the row: other lines, once it is another width
    const wrapped = mine.anchor.width === before.width ? 0 : above * (mine.anchor.height / before.height - 1);
    const moved = mine.anchor.offset - before.offset + wrapped;
    if (moved) box.scrollTop += moved;
  } else {
    mine.anchor = firstInView(box);
  }
}

/**
 * Scroll to the message that was searched for, in the middle of the view, and highlight it for a moment.
 * @param {HTMLElement} box
 * @param {Position} mine
 * @param {number} jump
 */
function land(box, mine, jump) {
  const row = find(`[data-message="${CSS.escape(targetId() ?? "")}"]`, box);
  if (!row) return;
  Object.assign(mine, { jump, placed: true, pinned: false });
  box.scrollTop = offsetOf(box, row) - Math.max(0, (box.clientHeight - row.offsetHeight) / 2);
  row.dataset.found = "";
  setTimeout(() => delete row.dataset.found, FOUND_FOR);
  landed();
  mine.pinned = belowView(box) < NEAR_END && !inThePast();
  stand(box, mine);
}

/**
 * Store the current position, and load what is above it: a position at the very top is reached without a scroll event.
 * @param {Element} box @param {Position} mine
 */
function stand(box, mine) {
  setAway({ away: inThePast() || (!mine.pinned && belowView(box) > NEAR_END * 3), unseen: 0 });
  mine.anchor = firstInView(box);
  if (!box.scrollTop) older(); // one cannot scroll up from there
}

/** @param {HTMLElement} box @param {Position} mine */
function place(box, mine) {
  mine.placed = true;
  const kept = places.get(mine.room ?? "");
  const row = kept && find(`[data-message="${CSS.escape(kept.message)}"]`, box);
  const fresh = find("[data-fresh]", box);
  if (row) {
    mine.pinned = false;
    box.scrollTop = offsetOf(box, row) - kept.top;
  } else if (fresh) {
    box.scrollTop = Math.max(0, fresh.offsetTop - box.clientHeight / 3);
    mine.pinned = belowView(box) < NEAR_END;
  } else {
    mine.pinned = true;
  }
  stand(box, mine);
}
