// The tool calls within an answer: requests to the server, and announcements for screen readers.
import { useEffect } from "react";

import { find } from "../dom.js";
import { tell } from "../live/store.js";
import { announce } from "./announcing.js";

/** @type {Set<string>} */
const said = new Set(); // calls of which screen readers have said that they wait

/** @param {string} call */
const lineOf = (call) => find(`[data-call="${CSS.escape(call)}"] .tool-call-line`);

/** Have screen readers say once that a call waits for the person. @param {{ call: string }} props */
export function Waits({ call }) {
  useEffect(() => {
    if (said.has(call)) return;
    said.add(call);
    announce(lineOf(call)?.innerText.replace(/\s+/g, " ") ?? "");
  }, [call]);
  return null;
}

/** Ask for a call in full, and again once it has another status. @param {{ call: string, status: string }} props */
export function Load({ call, status }) {
  useEffect(() => void tell("send", "load_tool_call", { call }), [call, status]);
  return null;
}

/** @param {string} call @param {boolean} approved */
export function decide(call, approved) {
  lineOf(call)?.focus({ preventScroll: true }); // the buttons go away
  tell("send", approved ? "approve_tool_call" : "refuse_tool_call", { call });
}
