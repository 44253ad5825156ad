// What a model thought before its answer: one quiet line, and all of it on request.
import { createElement as h } from "react";

import { useT } from "../i18n.js";
import { useUnfolded } from "./unfolded.js";

const MINUTE = 60; // s

/**
 * While it is folded nothing of it is rendered, however fast it grows.
 * @param {{ message: string, seconds: number, thinking: boolean, children?: ReactNode }} props
 */
export function Reasoning({ message, seconds, thinking, children }) {
  const t = useT();
  const id = `thought-${message}`;
  const [open, set] = useUnfolded(id, false);
  const toggle = (/** @type {{ currentTarget: HTMLElement }} */ { currentTarget }) => set(!open, currentTarget);
  const spent = { minutes: Math.floor(seconds / MINUTE), seconds: seconds % MINUTE };
  const label = thinking ? t("message.thinking") : t(seconds < MINUTE ? "message.thought" : "message.thoughtLong", spent);
  return h(
    "div",
    { className: "reasoning" },
    h(
      "button",
      { type: "button", className: thinking ? "reasoning-label live" : "reasoning-label", "aria-expanded": open, "aria-controls": id, onClick: toggle },
      label,
    ),
    h("div", { id, className: "reasoning-text", hidden: !open }, open && children),
  );
}
