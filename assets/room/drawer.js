// The room's details stand beside the messages where there is room for both, and stay; elsewhere they lie over them until something
// else is pressed.

import { useSyncExternalStore } from "react";

import { find } from "../dom.js";
import { wantMembers } from "../live/people.js";
import { currentFeed, subscribe as onFeed } from "../live/store.js";

const WIDE = "(min-width: 1200px)"; // as in conversation.css

/** @param {() => void} listener */
const subscribe = (listener) => {
  const wide = window.matchMedia(WIDE);
  wide.addEventListener("change", listener);
  return () => wide.removeEventListener("change", listener);
};

/** Which kind of popover they are. */
export const useDrawer = () =>
  useSyncExternalStore(subscribe, () => (window.matchMedia(WIDE).matches ? "manual" : "auto"), () => "auto");

/** @param {Element} drawer @returns {HTMLElement | null} */
const buttonOf = (drawer) => find(`.room-header [popovertarget="${drawer.id}"]`);

/** What browsers do by themselves only for those that close by themselves: Escape, and giving the focus back. */
export const drawerProps = {
  onBeforeToggle: (/** @type {ToggleEvent & { currentTarget: HTMLElement }} */ { currentTarget: drawer, newState }) => {
    if (newState === "closed" && drawer.contains(document.activeElement)) buttonOf(drawer)?.focus();
  },
  onToggle: () => askWho(),
};

/** While they are open, they show all who are in the room. */
const askWho = () => currentFeed()?.moreMembers && find(".drawer:popover-open") && wantMembers();
onFeed(askWho);

/** @param {KeyboardEvent} event */
function onKeyDown({ key, target }) {
  const drawer = find(".drawer:popover-open");
  if (key === "Escape" && drawer && (drawer.contains(/** @type {Node} */ (target)) || target === buttonOf(drawer))) drawer.hidePopover();
}

if (typeof document !== "undefined") document.addEventListener("keydown", onKeyDown);
