// The composer at home creates a room: with its first message or, before that, for the files that are chosen there.

import { generateUUID } from "$/utils/state";
import { awaitRoom, moveFiles, openFiles, stateOfUploads } from "../files/uploads.js";
import { begin, begun, undo } from "../live/beginning.js";
import { resend } from "../live/outbox.js";
import { on, tell, view } from "../live/store.js";
import { BLANK, draft, HOME, update } from "./composing.js";
import { keep, read } from "../live/drafts.js";

on("opening", (busy) => update({ busy })); // an aside, to which what is written goes
on("opened", (id) => update({ ...BLANK, place: id, text: read(id), busy: true })); // until its page stands

/** @type {{ text: string, nonce: string, model: string } | null} */
let starting = null; // the message that makes a room, on its way
/** @param {string} text */
export function start(text) {
  starting = { text, nonce: generateUUID(), model: view.choice?.id ?? "" };
  awaitRoom(starting.nonce);
  openFiles(starting.nonce);
  update({ ...BLANK, place: starting.nonce, busy: true });
  tell("send", "start", starting);
  begin(starting);
}

let making = ""; // by its nonce, the room for files that were chosen at home

on("needsRoom", () => {
  if (draft.place !== HOME || making) return;
  making = generateUUID();
  update({ busy: true });
  tell("send", "open_chat", { nonce: making, name: stateOfUploads().list[0]?.name ?? "", model: view.choice?.id ?? "" });
});

/** @param {string} room */
function made(room) {
  making = "";
  moveFiles(HOME, room);
  keep(room, read(HOME));
  keep(HOME, "");
  if (draft.place === HOME) tell("navigate", `/r/${room}`);
}

on("arrived", resend);

on("started", (nonce, room) => {
  if (nonce === making) return made(room);
  if (nonce !== starting?.nonce) return;
  starting = null;
  keep(HOME, "");
  keep(nonce, "");
  moveFiles(nonce, room);
  if (draft.place === nonce) {
    keep(room, draft.text); // what was written meanwhile
    update({ place: room, busy: false });
  }
  if (begun(nonce, room)) tell("navigate", `/r/${room}`);
});

on("refused", (/** @type {RefusedOp} */ op) => {
  if (starting && op.about === starting.nonce) {
    const { nonce, text } = starting;
    starting = null;
    undo(nonce);
    moveFiles(nonce, HOME);
    if (draft.place === nonce) update({ ...BLANK, text, error: op.code });
  } else if (making && op.about === making) {
    making = "";
    update({ busy: false, error: op.code });
  } else {
    tell("error", op.code, op.details);
  }
});
