// A long message shows its beginning, and all of it when asked to.
import { createElement as h, Fragment, useEffect, useMemo, useReducer, useRef } from "react";

import { useT } from "../i18n.js";
import { linesOf } from "../markdown/lines.js";
import { look } from "../markdown/turns.js";
import { keepStill } from "./scroller.js";

const PEOPLE = 45; // lines, from which on what they write is long
const MODELS = 400; // lines: their answers are what one is there for

const opened = new Set(); // messages that stay open

/**
 * @param {{ message: string, text: string, answer: boolean, live: boolean, className: string, children?: ReactNode }} props
 */
export function Fold({ message, text, answer, live, className, children }) {
  const t = useT();
  const id = `said-${message}`; // what describes the message
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [, again] = useReducer((count) => count + 1, 0);
  const long = useMemo(() => {
    const most = answer ? MODELS : PEOPLE;
    return linesOf(text, most) > most;
  }, [text, answer]);
  useEffect(() => {
    if (live) opened.add(message); // it has been read as it grew
  }, [live, message]);
  const folded = long && !live && !opened.has(message);
  const set = (/** @type {boolean} */ open) => {
    if (open) opened.add(message);
    else opened.delete(message);
    again();
  };
  const toggle = (/** @type {{ currentTarget: HTMLElement }} */ { currentTarget }) => {
    keepStill((folded && box.current) || currentTarget, () => set(folded));
    look();
  };
  /** What is hidden has been found, or has the focus: it stays in view. */
  const reached = () => {
    const scrollTop = box.current?.scrollTop;
    if (folded && box.current && scrollTop) keepStill(box.current, () => set(true), scrollTop);
  };
  return h(
    Fragment,
    null,
    h("div", { id, ref: box, className: folded ? `${className} folded` : className, onScroll: reached }, children),
    long && !live && h("button", { type: "button", className: "link unfold", "aria-expanded": !folded, "aria-controls": id, onClick: toggle }, t(folded ? "message.showAll" : "message.showLess")),
  );
}
