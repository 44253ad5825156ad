// On the page of support: the list is read again when something has changed.
import { useEffect, useRef } from "react";

const SETTLED = 300; // ms in which more may change

/** Calls `onChange` when `stamp` is another than at first. @param {{ stamp: number, onChange: () => void }} props */
export function Watching({ stamp, onChange }) {
  const known = useRef(stamp);
  useEffect(() => {
    if (known.current === stamp) return undefined;
    known.current = stamp;
    const timer = setTimeout(onChange, SETTLED);
    return () => clearTimeout(timer);
  }, [stamp]);
  return null;
}
