// A place in which the focus goes on to what comes next, when the button that was pressed is gone with what it was about.
import { createElement, useEffect, useRef } from "react";

export function FocusGoesOn({ children, ...rest }) {
  const place = useRef(null);
  const last = useRef(null);
  useEffect(() => {
    const goOn = () => {
      if (document.activeElement !== document.body || !last.current || last.current.isConnected) return;
      const next = place.current.querySelector(".report-list button") ?? place.current.querySelector("[type=radio]:checked");
      next?.focus();
    };
    const observer = new MutationObserver(goOn);
    observer.observe(place.current, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return createElement("div", { ...rest, ref: place, onFocus: ({ target }) => (last.current = target) }, children);
}
