// Refresh visible data when it has changed: a closed dialog requests nothing.
import { createElement, useEffect, useRef } from "react";

/**
 * Calls `onChange` whenever `stamp` is another, while the dialog around it, if there is one, is open.
 * @param {{ stamp: number, onChange: () => void }} props
 */
export function Following({ stamp, onChange }) {
  const known = useRef(stamp);
  const here = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (known.current === stamp) return;
    known.current = stamp;
    if (here.current?.closest("dialog")?.open ?? true) onChange();
  }, [stamp]);
  return createElement("span", { ref: here, hidden: true });
}
