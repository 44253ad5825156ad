// Short messages that go away by themselves.
import { createElement, useEffect, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";

import { dialogs, listen, page } from "../dom.js";
import { makeStore } from "../store.js";

const STAY = 5_000; // ms
const STAY_OF_ERRORS = 10_000;
const PATIENCE = 1_000; // while someone reads them or is about to close one
const toasts = makeStore({ list: /** @type {Toast[]} */ ([]) });
let next = 0;

/** @param {(list: Toast[]) => Toast[]} change */
const show = (change) => toasts.set({ list: change(toasts.get().list) });

/** @param {string} id */
export const dismiss = (id) => show((list) => list.filter((each) => each.id !== id));

/** @param {string} id @param {number} wait */
function dismissLater(id, wait) {
  const held = () => document.querySelector(".toasts:is(:hover, :focus-within)");
  setTimeout(() => (held() ? dismissLater(id, PATIENCE) : dismiss(id)), wait);
}

/** Say the text `key` for a while. @param {string} key @param {Values} [values] */
export const toast = (key, values) => add(key, values, false);

/** Say what went wrong, for longer, but not beyond the next thing that goes well. @param {string} key @param {Values} [values] */
export const warn = (key, values) => add(key, values, true);

/** @param {string} key @param {Values | undefined} values @param {boolean} error */
function add(key, values = {}, error) {
  const id = String(next++);
  const stays = (/** @type {Toast} */ each) => each.key !== key && (error || !each.error);
  show((list) => [...list.filter(stays).slice(-2), { id, key, values, error }]);
  dismissLater(id, error ? STAY_OF_ERRORS : STAY);
}

export const useToasts = toasts.use;

/** Where toasts are seen and heard: in the open dialog, which makes everything else inert; without one, in the page. */
const stage = () => dialogs("dialog:modal").at(-1) ?? document.body;

/** @param {() => void} listener */
function subscribeToDialogs(listener) {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ["open"], subtree: true });
  return () => observer.disconnect();
}

/**
 * The live region, above all that floats. It is there, empty, before there is anything to say.
 * @param {{ children?: ReactNode }} props
 */
export function ToastPlace({ children, ...rest }) {
  const region = useRef(/** @type {HTMLElement | null} */ (null));
  const place = useSyncExternalStore(subscribeToDialogs, stage, () => null);
  useToasts("list"); // a dialog may have gone with its page, which no attribute tells: the next toast finds another place
  useEffect(() => {
    const raise = (/** @type {ToggleEvent} */ { target, newState }) => {
      if (target === region.current || newState !== "open" || !region.current?.isConnected) return;
      region.current.hidePopover();
      region.current.showPopover();
    };
    if (region.current?.isConnected) region.current.showPopover();
    return listen(page, { toggle: raise }, true); // what opens later would lie above
  }, [place]);
  return place && createPortal(createElement("div", { ...rest, ref: region, popover: "manual" }, children), place);
}
