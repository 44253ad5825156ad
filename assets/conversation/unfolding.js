// A line that unfolds to what belongs to it. What is folded is not rendered, however fast it grows.
import { Children, createElement as h } from "react";

import { useUnfolded } from "./unfolded.js";

/**
 * Of its children, the first is the line, and the others are what it unfolds to.
 * @param {{ name: string, atFirst?: boolean, lineClass: string, moreClass: string, children?: ReactNode }} props
 */
export function Unfolding({ name, atFirst = false, lineClass, moreClass, children, ...rest }) {
  const [open, set] = useUnfolded(name, atFirst);
  const [line, ...more] = Children.toArray(children);
  const onClick = (/** @type {{ currentTarget: HTMLElement }} */ { currentTarget }) => set(!open, currentTarget);
  return h(
    "div",
    rest,
    h("button", { type: "button", className: lineClass, "aria-expanded": open, "aria-controls": name, onClick }, line),
    h("div", { id: name, className: moreClass, hidden: !open }, open && more),
  );
}
