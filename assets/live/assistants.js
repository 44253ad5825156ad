// The assistants that one may ask: loaded whenever the composer offers them, and when a message names one that is not known.

import { gathered } from "../timing.js";
import { state, tell } from "./store.js";

const MISSED_MAX = 50; // names for which the list is loaded once more

/** @type {Set<string>} */
const missed = new Set();

/** @type {Handlers<"assistants">} */
export const ASSISTANTS = {
  assistants: ({ assistants }) => {
    if (JSON.stringify(assistants) !== JSON.stringify(state.assistants)) {
      state.assistants = assistants;
      for (const feed of state.feeds.values()) feed.cache.clear(); // rows name those whom their messages call
    }
    tell("assistants");
  },
};

export const wantAssistants = () => tell("send", "load_assistants", {});

/** The first of one's assistants with each of these handles; the list is loaded, once for each, where there are others. @param {Iterable<string>} handles */
export function assistantsNamed(handles) {
  const found = [];
  for (const handle of handles) {
    const assistant = state.assistants.find((each) => each.handle === handle);
    if (assistant) found.push(assistant);
    else if (!missed.has(handle) && missed.size < MISSED_MAX) {
      missed.add(handle);
      loadSoon();
    }
  }
  return found;
}

/** Load the list once for all messages that are built now. */
const loadSoon = gathered(wantAssistants, () => 0);
