// The kind of the message that is being written: a reply, an edit of another message, or a question to one model.

import { flushSync } from "react-dom";
import { draft, update } from "./composing.js";
import { read } from "../live/drafts.js";
import { saidIn } from "./quoting.js";
import { fit, focus, putCaret } from "./writing.js";

/** @param {Row} row */
export function replyTo(row) {
  update({ reply: { id: row.id, author: row.ai ? row.assistant || row.model || "AI" : row.author.name, ai: row.ai, text: saidIn(row) }, editing: null, text: draft.editing ? read(draft.place) : draft.text });
  focus();
}

/** @param {{ id: string, text: string }} row */
export function beginEdit(row) {
  flushSync(() => update({ editing: row.id, reply: null, text: row.text, error: "" }));
  fit();
  focus();
  putCaret(row.text.length);
}

/** Give up the reply, or the edit. */
export function cancel() {
  update({ editing: null, reply: null, error: "", text: draft.editing ? read(draft.place) : draft.text });
  fit();
  focus();
}

/** Choose the model, or the assistant, that answers the next message; without an id, none. @param {string} id @param {string} label @param {boolean} assistant */
export function chooseNext(id, label, assistant) {
  update({ model: id ? { id, label, assistant } : null });
  focus();
}
