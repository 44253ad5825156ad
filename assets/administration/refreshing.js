// Refresh the site's figures while they are visible: a page in the background requests nothing.
import { useEffect, useRef } from "react";

import { listen } from "../dom.js";

const EVERY = 20_000; // ms; the server reads them anew every 15 s

/** Calls `onTick` every so often while the page is seen, and when it is seen again. @param {{ onTick: () => void }} props */
export function Refreshing({ onTick }) {
  const latest = useRef(onTick);
  latest.current = onTick;
  useEffect(() => {
    const tick = () => document.visibilityState === "visible" && latest.current();
    const timer = setInterval(tick, EVERY);
    const stop = listen(document, { visibilitychange: tick });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, []);
  return null;
}
