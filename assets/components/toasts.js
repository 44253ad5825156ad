// Short messages that go away by themselves.
import { createElement, useEffect, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";

import { current, subscribe as subscribeToWords } from "$/public/i18n.js";

const STAY = 5_000; // ms
const STAY_OF_ERRORS = 10_000;
const PATIENCE = 1_000; // while someone reads them or is about to close one
const listeners = new Set();
let toasts = [];
let next = 0;

const words = (key, values) => current()([key, "errors.unknown"], values);

function show(items) {
  toasts = items;
  listeners.forEach((listener) => listener());
}

function dismiss(id) {
  show(toasts.filter((each) => each.id !== id));
}

function dismissLater(id, wait) {
  const held = () => document.querySelector(".toasts:is(:hover, :focus-within)");
  setTimeout(() => (held() ? dismissLater(id, PATIENCE) : dismiss(id)), wait);
}

/** Show the text `key` for a while; an error stays longer, but not beyond the next thing that goes well. */
export function toast(key, values = {}, { error = false } = {}) {
  const id = String(next++);
  const others = toasts.filter((each) => each.key !== key && (error || !each.error));
  const item = { id, key, values, error, text: words(key, values), dismiss: () => dismiss(id) };
  show([...others.slice(-2), item]);
  dismissLater(id, error ? STAY_OF_ERRORS : STAY);
}

subscribeToWords(() => show(toasts.map((each) => ({ ...each, text: words(each.key, each.values) }))));

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useToasts = () => useSyncExternalStore(subscribe, () => toasts, () => toasts);

/** Where toasts are seen and heard: in the open dialog, which makes everything else inert; without one, in the page. */
const stage = () => [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;

function subscribeToDialogs(listener) {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ["open"], subtree: true });
  return () => observer.disconnect();
}

/** The live region, above all that floats. It is there, empty, before there is anything to say. */
export function ToastPlace({ children, ...rest }) {
  const region = useRef(null);
  const place = useSyncExternalStore(subscribeToDialogs, stage, () => null);
  useEffect(() => {
    const raise = ({ target, newState }) => {
      if (target === region.current || newState !== "open") return;
      region.current?.hidePopover();
      region.current?.showPopover();
    };
    region.current?.showPopover();
    document.addEventListener("toggle", raise, true); // what opens later would lie above
    return () => document.removeEventListener("toggle", raise, true);
  }, [place]);
  return place && createPortal(createElement("div", { ...rest, ref: region, popover: "manual" }, children), place);
}
