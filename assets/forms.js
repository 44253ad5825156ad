// Which password fields show what is typed.
import { useSyncExternalStore } from "react";

const shown = new Set();
const listeners = new Set();

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useShown(name) {
  const snapshot = () => shown.has(name);
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

export function toggleShown(name) {
  if (!shown.delete(name)) shown.add(name);
  listeners.forEach((listener) => listener());
}
