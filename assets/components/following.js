// Refresh visible data when it has changed: a closed dialog requests nothing.
import { createElement, useEffect, useRef } from "react";

/**
 * Calls `onChange` once `stamp` has stayed the same for `pause` ms, while the dialog around it, if there is one, is open.
 * @param {{ stamp: number, pause: number, onChange: () => void }} props
 */
export function Following({ stamp, pause, onChange }) {
  const known = useRef(stamp);
  const here = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (known.current === stamp) return undefined;
    const timer = setTimeout(() => {
      known.current = stamp;
      if (here.current?.closest("dialog")?.open ?? true) onChange();
    }, pause);
    return () => clearTimeout(timer);
  }, [stamp]);
  return createElement("span", { ref: here, hidden: true });
}
