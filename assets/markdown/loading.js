// What is loaded once a component shows it, and tried again where it could not be.
import { makeStore } from "../store.js";

const RETRY = 2_000; // ms

/**
 * A hook that gives `value`, what `load` resolves to (null until then), or `settled`: whether that is there, or known not to come at once.
 * For a component that does not want it nothing is loaded.
 * @template T
 * @param {() => Promise<T>} load
 */
export function makeLoaded(load) {
  const nothing = { value: /** @type {T | null} */ (null), settled: false };
  const unwanted = makeStore(nothing);
  const loaded = makeStore(nothing, () => void (asked || attempt()));
  let asked = false;

  async function attempt() {
    asked = true;
    try {
      loaded.update({ value: await load(), settled: true });
    } catch {
      loaded.update({ settled: true });
      setTimeout(attempt, RETRY); // the connection is away
    }
  }

  /** @template {"value" | "settled"} K @param {K} what */
  return (what, isWanted = true) => (isWanted ? loaded : unwanted).use(what);
}
