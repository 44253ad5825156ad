// Short messages that go away by themselves.
import { createElement, useEffect, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";

import { current, subscribe as subscribeToWords } from "$/public/i18n.js";

const STAY = 5_000;
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

/** Show the text `key` for a while; an error stays until it is closed. */
export function toast(key, values = {}, { error = false } = {}) {
  const id = String(next++);
  const others = toasts.filter((each) => each.key !== key);
  const item = { id, key, values, error, text: words(key, values), dismiss: () => dismiss(id) };
  show([...others.slice(-2), item]);
  if (!error) setTimeout(dismiss, STAY, id);
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
