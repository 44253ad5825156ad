// How the sidebar stands on this device: which sections are folded, and whether it is hidden. On a narrow screen it always is.
import { useLayoutEffect, useMemo } from "react";
import { follow } from "../components/floating.js";
import { closest, DOWN, findAll, listen, page } from "../dom.js";
import { keep, recall } from "../device.js";
import { NONE, useFeed } from "../live/store.js";
import { makeStore } from "../store.js";

const KEY = "parley.sidebar";
const CLOSED = ["archive"]; // at first
const MENU = "room-menu";
const MANY = 48; // rows
const PART = 12;
const narrow = typeof matchMedia === "undefined" ? null : matchMedia("(max-width: 820px)");

/** @type {Set<string>} */
const changedHere = new Set(recall(KEY)?.split(" ").filter(Boolean)); // sections that are not as at first, and "hidden"

const isOpen = (/** @type {string} */ section) => CLOSED.includes(section) === changedHere.has(section);
const SECTIONS = ["favorites", "chats", "places", "directs", "archive"];
const shown = makeStore(/** @type {Record<string, boolean>} */ (Object.fromEntries(SECTIONS.map((section) => [section, isOpen(section)]))));
export const useSidebar = shown.use;

/** @param {string} name */
function turn(name) {
  if (!changedHere.delete(name)) changedHere.add(name);
  keep(KEY, [...changedHere].join(" "));
}

/** Fold a section, or show it again. @param {string} section */
export function fold(section) {
  turn(section);
  shown.update({ [section]: isOpen(section) });
}

/** Hide the sidebar, or let it stand beside the conversation again. */
export function hide() {
  turn("hidden");
  document.getElementById("sidebar")?.hidePopover(); // it may be open over the page
  place();
}

function place() {
  document.documentElement.dataset.sidebar = narrow?.matches || changedHere.has("hidden") ? "sheet" : "beside";
}

if (typeof document !== "undefined") {
  place();
  narrow?.addEventListener("change", place);
}

/** @returns {HTMLElement[]} */
const links = () => findAll("#sidebar .room-link");

/** Go to the next room of the list, or to the next one with something unread. @param {1 | -1} step @param {boolean} unread */
export function goOn(step, unread) {
  const all = links();
  const at = all.findIndex((link) => link.ariaCurrent === "page");
  const wanted = (/** @type {HTMLElement} */ link) => !unread || link.classList.contains("unread");
  const next = step > 0 ? all.slice(at + 1).find(wanted) : all.slice(0, at < 0 ? undefined : at).findLast(wanted);
  next?.click();
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const link = !event.altKey && closest(event, "#sidebar .room-link");
  const step = DOWN[event.key];
  if (!link || !step) return;
  const all = links();
  event.preventDefault();
  all[all.indexOf(link) + step]?.focus();
}

/** A right click on a room opens its menu. @param {MouseEvent} event */
function onContextMenu(event) {
  const button = /** @type {HTMLElement | null | undefined} */ (closest(event, "#sidebar .room-row")?.querySelector("[data-menu]"));
  if (!button) return;
  event.preventDefault();
  button.click();
}

/** @param {SidebarRow[]} rows */
const inParts = (rows) => Array.from({ length: Math.ceil(rows.length / PART) }, (_, i) => rows.slice(i * PART, (i + 1) * PART));

/**
 * The rows of a section; where they are many, in parts of which only those in sight are laid out. To watch each row for that would
 * cost more at every frame of a scroll than it saves. A row that comes into another part is made anew: by the ids in it, the focus and
 * the menu find it again.
 * @param {"favorites" | "chats" | "places" | "directs" | "archive"} section
 * @returns {SidebarRow[][]}
 */
export function useParts(section) {
  const rows = useFeed(section);
  useLayoutEffect(() => follow(MENU), [rows]);
  return useMemo(() => (rows.length > MANY ? inParts(rows) : rows.length ? [rows] : NONE), [rows]);
}

listen(page, { keydown: onKeyDown, contextmenu: onContextMenu });
