// A value outside React: scripts change it, and components show a slice of it.
import { useSyncExternalStore } from "react";

/**
 * `start` is called when the first listener comes; what it returns, when the last one has left. The value itself stays as it is
 * when somebody comes: letters may have been typed before React's effects ran.
 * @template T
 * @param {T} initial
 * @param {() => (() => void) | void} [start]
 */
export function makeStore(initial, start) {
  let value = initial;
  /** @type {(() => void) | void} */
  let stop;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const get = () => value;

  /** @param {T} next */
  function set(next) {
    if (Object.is(next, value)) return;
    value = next;
    listeners.forEach((listener) => listener());
  }

  /** Change some slices; nobody is told where nothing is another. @param {Partial<T>} change */
  function update(change) {
    const isNew = Object.entries(change).some(([name, each]) => !Object.is(each, value[/** @type {keyof T} */ (name)]));
    if (isNew) set({ ...value, ...change });
  }

  /** @param {() => void} listener */
  function subscribe(listener) {
    if (!listeners.size) stop = start?.();
    listeners.add(listener);
    return () => {
      if (listeners.delete(listener) && !listeners.size) stop?.();
    };
  }

  /** A component's slice of the value: it renders anew when that slice is another. @template {keyof T} K @param {K} name */
  function use(name) {
    const read = () => value[name];
    return useSyncExternalStore(subscribe, read, read);
  }

  return { get, set, update, subscribe, use };
}

/** @template T @param {T[]} before @param {T[]} now @returns {T[]} */
export const sameList = (before, now) =>
  before.length === now.length && now.every((item, i) => item === before[i]) ? before : now;

/** @template T @param {T | undefined} before @param {T} now @returns {T} */
export function sameObject(before, now) {
  if (!before) return now;
  for (const key in now) if (!Object.is(before[key], now[key])) return now; // a list of the entries would take longer than to compare them
  return now && before;
}
