// The room's details stand beside the messages where there is room for both, and stay; elsewhere they lie over them until something
// else is pressed.

import { useLayoutEffect, useSyncExternalStore } from "react";

import { closest, find, isEscapeTaken, listen, page } from "../dom.js";
import { wantMembers } from "../live/people.js";
import { currentFeed, subscribe as onFeed } from "../live/store.js";

const WIDE = "(min-width: 1200px)"; // as in conversation.css

/** @param {() => void} listener */
const subscribe = (listener) => listen(window.matchMedia(WIDE), { change: listener });

/** @param {Element} drawer @returns {HTMLElement | null} */
const buttonOf = (drawer) => find(`.room-header [popovertarget="${drawer.id}"]`);

/** Whether the focus is in them or on their button. @param {Element} drawer */
const hasFocus = (drawer) => drawer.contains(document.activeElement) || buttonOf(drawer) === document.activeElement;

/** @type {{ focused: boolean } | null} */
let left = null; // how they stood open on a page that another one replaces now

/** They stay open when a room's own page replaces the one at home, where its chat was begun. */
function stay() {
  const drawer = find(".drawer");
  if (!left || !drawer) return;
  drawer.showPopover();
  drawer.getAnimations().forEach((animation) => animation.finish()); // they have come in before
  if (left.focused) buttonOf(drawer)?.focus();
}

function leave() {
  const drawer = find(".drawer:popover-open");
  left = drawer && { focused: hasFocus(drawer) };
  queueMicrotask(() => (left = null)); // for a page that comes later they are closed
}

/** Which kind of popover they are. */
export function useDrawer() {
  useLayoutEffect(() => (stay(), leave), []);
  return useSyncExternalStore(subscribe, () => (window.matchMedia(WIDE).matches ? "manual" : "auto"), () => "auto");
}

/** Browsers do this only for popovers that they close themselves: handle Escape, and return the focus. */
export const drawerProps = {
  onBeforeToggle: (/** @type {ToggleEvent & { currentTarget: HTMLElement }} */ { currentTarget: drawer, newState }) => {
    if (newState === "closed" && drawer.contains(document.activeElement)) buttonOf(drawer)?.focus();
  },
  onToggle: () => askWho(),
  onClick: (/** @type {import("react").MouseEvent<HTMLElement>} */ event) => {
    if (closest(event, "a[data-closes]") && event.currentTarget.popover === "auto") event.currentTarget.hidePopover(); // it lies over what one goes to
  },
};

/** While they are open, they show all who are in the room. */
const askWho = () => currentFeed()?.moreMembers && find(".drawer:popover-open") && wantMembers();
onFeed(askWho);

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const drawer = find(".drawer[popover=manual]:popover-open");
  if (event.key !== "Escape" || event.defaultPrevented || !drawer || !hasFocus(drawer) || isEscapeTaken()) return;
  event.preventDefault(); // no answer is stopped by it
  drawer.hidePopover();
}

listen(page, { keydown: onKeyDown }, true);
