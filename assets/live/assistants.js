// The assistants that one may ask: the composer asks for them whenever it offers them.

import { state, tell } from "./store.js";

/** @type {Handlers<"assistants">} */
export const ASSISTANTS = {
  assistants: ({ assistants }) => {
    state.assistants = assistants;
    tell("assistants");
  },
};

export const wantAssistants = () => tell("send", "load_assistants", {});

// The menus in which one chooses who answers.
if (typeof document !== "undefined") {
  document.addEventListener("toggle", (event) => event.target instanceof Element && event.target.matches(".answerers:popover-open") && wantAssistants(), true);
}
