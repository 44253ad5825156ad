// A place in which the focus goes on to what comes next, when the button that was pressed is gone with what it was about.
import { createElement, useEffect, useRef } from "react";

import { find } from "../dom.js";

/** @param {{ children?: ReactNode }} props */
export function FocusGoesOn({ children, ...rest }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const last = useRef(/** @type {Element | null} */ (null));
  useEffect(() => {
    const whole = /** @type {HTMLElement} */ (place.current);
    const goOn = () => {
      if (document.activeElement !== document.body || !last.current || last.current.isConnected) return;
      const next = find(".report-list button", whole) ?? find("[type=radio]:checked", whole);
      next?.focus();
    };
    const observer = new MutationObserver(goOn);
    observer.observe(whole, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  const onFocus = (/** @type {{ target: Element }} */ { target }) => {
    last.current = target;
  };
  return createElement("div", { ...rest, ref: place, onFocus }, children);
}
