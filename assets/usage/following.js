// Refresh balances and usage while they are visible: a closed dialog requests nothing.
import { createElement, useEffect, useRef } from "react";

const SETTLED = 1000; // ms in which more may change

/** Calls `onChange` when `stamp` changes while the dialog around it, if there is one, is open. @param {{ stamp: number, onChange: () => void }} props */
export function Following({ stamp, onChange }) {
  const known = useRef(stamp);
  const here = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (known.current === stamp) return undefined;
    const timer = setTimeout(() => {
      known.current = stamp;
      if (here.current?.closest("dialog")?.open ?? true) onChange();
    }, SETTLED);
    return () => clearTimeout(timer);
  }, [stamp]);
  return createElement("span", { ref: here, hidden: true });
}
