// Asides: a person's private questions to the AI about a room.

import { generateUUID } from "$/utils/state";
import { keep, read } from "./drafts.js";
import { giveUpLater } from "./patience.js";
import { state, tell } from "./store.js";

/** @type {{ room: string | null, draft: string, isMoved: boolean } | null} */
let opening = null;

/**
 * Go to the person's aside of the room that is shown. Nothing is sent in the room meanwhile. Without a draft or a question, what they have
 * begun to write in the room goes there too.
 * @param {{ draft?: string, question?: string }} [asked] what they begin to write there, or what is asked there at once
 */
export function openAside({ draft = "", question = "" } = {}) {
  const one = { room: state.current, draft, isMoved: !draft && !question };
  opening = one;
  tell("opening", true);
  tell("send", "open_aside", { room: state.current, question, nonce: generateUUID() });
  giveUpLater(() => opening === one && state.current === one.room, () => {
    stayHere();
    tell("error", "not_done", {});
  });
}

/** @param {Ops["aside"]} op */
export function aside({ room, aside: id }) {
  if (opening?.room !== room || state.current !== room) return;
  const { draft, isMoved } = opening;
  opening = null;
  keep(id, [read(id), isMoved ? read(room) : draft].filter(Boolean).join("\n\n"));
  if (isMoved) keep(room, "");
  tell("opened", id);
  tell("navigate", `/r/${id}`);
}

/** The aside could not be opened. */
export function stayHere() {
  opening = null;
  tell("opening", false);
}

/** Return the ids of the asides of a room: who leaves it has none any more. @param {string} room @returns {string[]} */
export const asidesOf = (room) => [...state.rooms.values()].filter(({ parent }) => parent === room).map(({ id }) => id);
