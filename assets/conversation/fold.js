// A long message shows its beginning, and all of it on request.
import { createElement as h, Fragment, useEffect, useMemo, useRef } from "react";

import { useT } from "../i18n.js";
import { linesOf } from "../markdown/lines.js";
import { unfold, useUnfolded } from "./unfolded.js";

const PEOPLE = 45; // lines, from which on what they write is long
const MODELS = 400; // lines: their answers are what one is there for

/**
 * @param {{ message: string, text: string, answer: boolean, live: boolean, className: string, children?: ReactNode }} props
 */
export function Fold({ message, text, answer, live, className, children }) {
  const t = useT();
  const id = `said-${message}`; // what describes the message
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [open, set] = useUnfolded(id, false);
  const long = useMemo(() => {
    const most = answer ? MODELS : PEOPLE;
    return linesOf(text, most) > most;
  }, [text, answer]);
  useEffect(() => {
    if (live) unfold(id); // it has been read as it grew
  }, [live, id]);
  const folded = long && !live && !open;
  const toggle = (/** @type {{ currentTarget: HTMLElement }} */ { currentTarget }) => set(folded, (folded && box.current) || currentTarget);
  /** The hidden part has been found by the browser's search, or has the focus: it stays visible. */
  const reached = () => {
    const scrollTop = box.current?.scrollTop;
    if (folded && box.current && scrollTop) set(true, box.current, scrollTop);
  };
  return h(
    Fragment,
    null,
    h("div", { id, ref: box, className: folded ? `${className} folded` : className, onScroll: reached }, children),
    long && !live && h("button", { type: "button", className: "link unfold", "aria-expanded": !folded, "aria-controls": id, onClick: toggle }, t(folded ? "message.showAll" : "message.showLess")),
  );
}
