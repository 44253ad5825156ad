// The ops about saved prompts.

import { state, tell } from "./store.js";

/** @type {Handlers<"prompts" | "prompt">} */
export const PROMPTS = {
  prompts: ({ prompts, more }) => {
    state.prompts = prompts;
    tell("prompts", more);
  },
  prompt: (op) => tell("prompt", op),
};
