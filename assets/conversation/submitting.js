// Send the draft once it can be sent; a draft that is refused comes back.

import { giveBack, showFailed, stateOfUploads, subscribe as hearUploads, takeFiles } from "../files/uploads.js";
import { edit, post, textOf } from "../live/actions.js";
import { on, state } from "../live/store.js";
import { finish, isRecording } from "../voice/recording.js";
import { withLinks } from "./completing.js";
import { draft, HOME, length, update } from "./composing.js";
import { keep } from "../live/drafts.js";
import { cancel } from "./replying.js";
import { noteSent, noteUnsent, waits } from "./slow_mode.js";
import { start } from "./starting.js";
import { fit, focus, setText } from "./writing.js";

export function submit() {
  if (isRecording() && !draft.editing) return void finish().then(submit);
  const text = withLinks(draft.text.trim());
  const { any, ready, failed } = stateOfUploads();
  if ((!text && (!any || draft.editing)) || draft.busy) return;
  if (length(text) > state.messageMax) return update({ error: "message_too_long" });
  if (draft.editing) {
    if (text !== textOf(draft.editing)) edit(draft.editing, text);
    return cancel();
  }
  if (draft.place === HOME) return start(text);
  if (waits()) return;
  if (failed) {
    showFailed();
    return update({ error: "file_failed", sending: false });
  }
  if (!ready) return update({ sending: true, error: "" }); // it goes once its files are there
  send(text);
}

/** @param {string} text */
function send(text) {
  noteSent(draft.place);
  keep(draft.place, "");
  const { reply, model } = draft;
  update({ text: "", reply: null, model: null, error: "", sending: false }); // before the files go, which is heard
  const files = takeFiles();
  fit();
  post(text, reply, model, files);
  focus();
}

// What asks a model that it may not ask comes back, with the reason beside it, where nothing else was begun meanwhile.
on("unasked", (/** @type {Asked} */ { payload, reply, model, failed, details }) => {
  if (draft.place !== payload.room || draft.text || draft.editing || draft.reply) return false;
  setText(payload.text ?? "");
  giveBack(payload.attachments ?? []);
  update({ reply, model, error: failed ?? "", refused: String(details?.model ?? "") });
  noteUnsent(draft.place);
  focus();
  return true;
});

hearUploads(() => {
  const { ready, failed } = stateOfUploads();
  update(failed || draft.error === "file_failed" ? { sending: false, error: failed ? draft.error : "" } : {});
  if (draft.sending && ready) submit();
});
