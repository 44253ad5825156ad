// What a model thought before its answer: one quiet line, and all of it on request.
import { createElement as h, useReducer } from "react";

import { useT } from "../i18n.js";
import { look } from "../markdown/turns.js";
import { keepStill } from "./scroller.js";

const MINUTE = 60; // s

const opened = new Set(); // messages whose reasoning stays open

/**
 * While it is folded nothing of it is rendered, however fast it grows.
 * @param {{ message: string, seconds: number, thinking: boolean, children?: ReactNode }} props
 */
export function Reasoning({ message, seconds, thinking, children }) {
  const t = useT();
  const id = `thought-${message}`;
  const [, again] = useReducer((count) => count + 1, 0);
  const open = opened.has(message);
  const set = () => {
    if (open) opened.delete(message);
    else opened.add(message);
    again();
  };
  const toggle = (/** @type {{ currentTarget: HTMLElement }} */ { currentTarget }) => {
    keepStill(currentTarget, set);
    look();
  };
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
