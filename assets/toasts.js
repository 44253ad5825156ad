// Short messages that go away by themselves.
import { useSyncExternalStore } from "react";

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
