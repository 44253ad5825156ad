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
