// A call of a tool within an answer: one quiet line, and what was sent and came of it on request.
import { Children, createElement as h, useEffect, useRef } from "react";

import { find } from "../dom.js";
import { tell } from "../live/store.js";
import { announce } from "./announcing.js";
import { useUnfolded } from "./unfolded.js";

/** @type {Set<string>} */
const said = new Set(); // calls of which screen readers have said that they wait

/**
 * Of its children, the first is the line, and the others are what it unfolds to: at first for those who decide it.
 * @param {{ call: string, status: string, decides: boolean, loaded: boolean, children?: ReactNode }} props
 */
export function ToolCall({ call, status, decides, loaded, children }) {
  const id = `call-${call}`;
  const [open, set] = useUnfolded(id, decides);
  const [line, ...rest] = Children.toArray(children);
  const missing = open && !loaded;
  const box = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => {
    if (!decides || said.has(call)) return;
    said.add(call);
    announce(box.current?.innerText.replace(/\s+/g, " ") ?? "");
  }, [decides, call]);
  useEffect(() => {
    if (missing) tell("send", "load_tool_call", { call });
  }, [missing, call, status]);
  const toggle = (/** @type {{ currentTarget: HTMLElement }} */ { currentTarget }) => set(!open, currentTarget);
  return h(
    "div",
    { className: "tool-call", "data-call": call, "data-status": status },
    h("button", { ref: box, type: "button", className: "tool-call-line", "aria-expanded": open, "aria-controls": id, onClick: toggle }, line),
    h("div", { id, className: "tool-call-more", hidden: !open }, open && rest),
  );
}

/** @param {string} call @param {boolean} approved */
export function decide(call, approved) {
  find(`[data-call="${CSS.escape(call)}"] .tool-call-line`)?.focus({ preventScroll: true }); // the buttons go away
  tell("send", approved ? "approve_tool_call" : "refuse_tool_call", { call });
}
