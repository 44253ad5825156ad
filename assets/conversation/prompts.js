// A saved prompt that was taken in the composer: its text is inserted there or, if it has variables, their values are
// asked for first.

import { flushSync } from "react-dom";

import { open } from "../components/floating.js";
import { isTouch } from "../device.js";
import { dialogOf, find } from "../dom.js";
import { on } from "../live/store.js";
import { makeStore } from "../store.js";
import { composesNow, compositionProps } from "./input_method.js";
import { putPrompt } from "./writing.js";

const DIALOG = "fill-prompt";
const filling = makeStore({ id: "", name: "", variables: /** @type {{ name: string, default: string }[]} */ ([]) });
export const useFilling = filling.use;

on("prompt", (/** @type {import("../wire.js").PromptOp} */ { id, name, variables, text }) => {
  if (text === null) {
    flushSync(() => filling.set({ id, name, variables }));
    open({ opens: DIALOG });
    return find("textarea", dialogOf(DIALOG) ?? document)?.focus(); // also on a phone, where one is typing already
  }
  dialogOf(DIALOG)?.close(); // which gives the focus back first
  putPrompt(text);
});

/**
 * Enter moves to the next value, and from the last one sends them. On a phone, where Enter breaks the line, the button
 * does.
 */
export const valueProps = {
  onKeyDown: (/** @type {KeyEvent} */ event) => {
    const { key, shiftKey, currentTarget } = event;
    if (key !== "Enter" || shiftKey || composesNow(event) || isTouch()) return;
    event.preventDefault();
    const fields = [...(currentTarget.form?.querySelectorAll("textarea") ?? [])];
    const next = fields[fields.indexOf(currentTarget) + 1];
    if (next) next.focus();
    else currentTarget.form?.requestSubmit();
  },
  ...compositionProps,
  onFocus: (/** @type {{ target: HTMLTextAreaElement }} */ { target }) => target.select(), // what one types replaces a default
};
