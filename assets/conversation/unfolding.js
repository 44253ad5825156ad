// A line that unfolds its details. Folded details are not rendered, however fast they grow.
import { Children, createElement as h } from "react";

import { useUnfolded } from "./unfolded.js";

/**
 * The first child is the line, and the others are its details.
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
