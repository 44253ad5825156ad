// The composer: a draft per room, Enter and its exceptions, replying and editing. One store; hooks read slices of it.

import { useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { generateUUID } from "$/utils/state";
import { edit, lastOwn, post, stopOwn, textOf, typing } from "../live/actions.js";
import { begin, begun, undo } from "../live/beginning.js";
import { resend } from "../live/outbox.js";
import { on, state, tell, view as feed } from "../live/store.js";
import { isTouch } from "../device.js";
import { listen, page } from "../dom.js";
import { PROMPT_NAME } from "../rules.js";
import { makeStore } from "../store.js";
import { keep, read } from "./drafts.js";
import * as completing from "./completing.js";
import { pasteFiles } from "../files/taking.js";
import { finish, hearRecorder, isRecording } from "../voice/recording.js";
import { awaitRoom, giveBack, moveFiles, openFiles, stateOfUploads, subscribe as hearUploads, takeFiles } from "../files/uploads.js";
import { insertAt } from "./inserting.js";
import { saidIn } from "./quoting.js";

const HOME = "home";
const COUNTER_FROM = 500; // characters left at which the counter appears
const PROMPT_CALL = new RegExp(`^[/／]${PROMPT_NAME}`, "iu");
const AFTER_COMPOSITION = 60; // ms: Safari reports the Enter that ends a composition after its end

let composedAt = 0;
let converting = false; // letters into words, by an input method
/** @type {Composing} */
const blank = { place: HOME, text: "", reply: null, editing: null, error: "", left: 0, counting: false, maximum: 0, wait: 0, busy: false, blank: true, restored: false, model: null, refused: "", sending: false };
export const composing = makeStore(blank);
let view = blank;
/** @type {HTMLTextAreaElement | null} */
let input = null;

/** @param {string} text */
const length = (text) => [...text.normalize("NFC")].length; // code points, as the server counts

/** @param {Partial<Composing>} change */
function update(change) {
  const { text } = { ...view, ...change };
  const left = state.messageMax - length(text.trim());
  composing.update({ ...change, left, maximum: state.messageMax, counting: left < COUNTER_FROM, blank: !text.trim() && !stateOfUploads().any && !isRecording() });
  view = composing.get();
}

/**
 * A slice of the store. Heard from the moment at which the input stands: useSyncExternalStore would listen only after the
 * page was painted, and until then React takes back from the input what is typed.
 * @template {keyof Composing} K
 * @param {K} slice
 * @returns {Composing[K]}
 */
export function useComposer(slice) {
  const [value, set] = useState(() => composing.get()[slice]);
  useLayoutEffect(() => {
    const look = () => set(() => composing.get()[slice]);
    look();
    return composing.subscribe(look);
  }, [slice]);
  return value;
}

/** @param {string | null} room */
export function open(room) {
  const place = room ?? HOME;
  const isOther = place !== view.place;
  if (isOther) {
    finish(); // what is recorded stays where one was
    openFiles(place);
  }
  if (!isOther && view.text) return update({ busy: false });
  update({ ...blank, place, text: read(place) });
  requestAnimationFrame(() => {
    fit();
    if (place === view.place && view.text) update({ restored: true }); // said once the page is there to say it
    if (!isTouch() && (isOther || document.activeElement === document.body)) input?.focus(); // on a phone the keyboard would come up unasked
  });
}

function fit() {
  if (!input || CSS.supports("field-sizing", "content")) return;
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

/** @param {string} text */
function setText(text) {
  if (!view.editing) keep(view.place, text);
  update({ text, error: "", restored: false });
  fit();
}

export function submit() {
  if (isRecording() && !view.editing) return void finish().then(submit);
  const text = completing.withLinks(view.text.trim());
  const { any, ready, failed } = stateOfUploads();
  if ((!text && (!any || view.editing)) || view.busy) return;
  if (length(text) > state.messageMax) return update({ error: "message_too_long" });
  if (view.editing) {
    if (text !== textOf(view.editing)) edit(view.editing, text);
    return cancel();
  }
  if (view.place === HOME) return start(text);
  if (waits()) return;
  if (failed) return update({ error: "file_failed", sending: false });
  if (!ready) return update({ sending: true, error: "" }); // it goes once its files are there
  sentAt.set(view.place, Date.now());
  keep(view.place, "");
  const { reply, model } = view;
  update({ text: "", reply: null, model: null, error: "", sending: false }); // before the files go, which is heard
  const files = takeFiles();
  fit();
  post(text, reply, model, files);
  input?.focus();
}

/** Choose the model, or the assistant, that answers the next message; without an id, none. @param {string} id @param {string} label @param {boolean} assistant */
export function chooseNext(id, label, assistant) {
  update({ model: id ? { id, label, assistant } : null });
  input?.focus();
}

// What asks a model that it may not ask comes back, with the reason beside it, where nothing else was begun meanwhile.
on("unasked", (/** @type {Asked} */ { payload, reply, model, failed, details }) => {
  if (view.place !== payload.room || view.text || view.editing || view.reply) return false;
  setText(payload.text ?? "");
  giveBack(payload.attachments ?? []);
  update({ reply, model, error: failed ?? "", refused: String(details?.model ?? "") });
  sentAt.delete(view.place);
  input?.focus();
  return true;
});

hearRecorder(() => update({}));

hearUploads(() => {
  const { ready, failed } = stateOfUploads();
  update(failed || view.error === "file_failed" ? { sending: false, error: failed ? view.error : "" } : {});
  if (view.sending && ready) submit();
});

/** @type {Map<string, number>} */
const sentAt = new Map(); // room → when something was last said there, here
/** @type {number | undefined} */
let ticking;

/** In a room in slow mode the next message may have to wait; says how long, and counts down. */
function waits() {
  clearTimeout(ticking);
  const { slow = 0, can_edit_room: free } = feed.room ?? {};
  const wait = free ? 0 : Math.ceil(((sentAt.get(view.place) ?? -Infinity) + slow * 1000 - Date.now()) / 1000);
  if (wait <= 0) return false;
  const place = view.place;
  update({ error: "slow_mode", wait });
  ticking = setTimeout(() => {
    if (view.place === place && view.error === "slow_mode" && !waits()) update({ error: "" });
  }, 1000);
  return true;
}

on("opening", (busy) => update({ busy })); // an aside, to which what is written goes
on("opened", (id) => update({ ...blank, place: id, text: read(id), busy: true })); // until its page stands

/** @type {{ text: string, nonce: string, model: string } | null} */
let starting = null; // the message that makes a room, on its way
/** @param {string} text */
function start(text) {
  starting = { text, nonce: generateUUID(), model: feed.choice?.id ?? "" };
  awaitRoom(starting.nonce);
  openFiles(starting.nonce);
  update({ ...blank, place: starting.nonce, busy: true });
  tell("send", "start", starting);
  begin(starting);
}

let making = ""; // by its nonce, the room for files that were chosen at home

on("needsRoom", () => {
  if (view.place !== HOME || making) return;
  making = generateUUID();
  update({ busy: true });
  tell("send", "open_chat", { nonce: making, name: stateOfUploads().list[0]?.name ?? "", model: feed.choice?.id ?? "" });
});

/** @param {string} room */
function made(room) {
  making = "";
  moveFiles(HOME, room);
  keep(room, read(HOME));
  keep(HOME, "");
  if (view.place === HOME) tell("navigate", `/r/${room}`);
}

on("arrived", resend);

on("started", (nonce, room) => {
  if (nonce === making) return made(room);
  if (nonce !== starting?.nonce) return;
  starting = null;
  keep(HOME, "");
  keep(nonce, "");
  moveFiles(nonce, room);
  if (view.place === nonce) {
    keep(room, view.text); // what was written meanwhile
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
    if (view.place === nonce) update({ ...blank, text, error: op.code });
  } else if (making && op.about === making) {
    making = "";
    update({ busy: false, error: op.code });
  } else {
    tell("error", op.code, op.details);
  }
});

export const focus = () => input?.focus();

/** Put a text, and files, into the composer, after what stands there. @param {string} text @param {string[]} [files] */
export function restore(text, files = []) {
  setText(view.text && text ? `${view.text}\n${text}` : view.text || text);
  giveBack(files);
  input?.focus();
}

/** @param {Row} row */
export function replyTo(row) {
  update({ reply: { id: row.id, author: row.ai ? row.assistant || row.model || "AI" : row.author.name, ai: row.ai, text: saidIn(row) }, editing: null, text: view.editing ? read(view.place) : view.text });
  input?.focus();
}

/** @param {{ id: string, text: string }} row */
export function beginEdit(row) {
  flushSync(() => update({ editing: row.id, reply: null, text: row.text, error: "" }));
  fit();
  input?.focus();
  putCaret(row.text.length);
}

/** Never later than what it follows is shown: what is typed meanwhile would stand on the wrong side of it. @param {number} at */
const putCaret = (at) => input?.setSelectionRange(at, at);

export function cancel() {
  update({ editing: null, reply: null, error: "", text: view.editing ? read(view.place) : view.text });
  fit();
  input?.focus();
}

/** Put in what the person has taken from the list. @param {{ text?: string, caret?: number }} change */
function complete({ text, caret = 0 }) {
  if (text === undefined) return;
  flushSync(() => setText(text));
  input?.focus();
  putCaret(caret);
}

/** @type {string[]} */
let dictated = []; // while letters are being converted, which may not be interrupted

/** Put what was dictated where the caret is; for another room, behind what was begun there. @param {string} place @param {string} words */
function takeDictated(place, words) {
  if (place !== view.place) return keep(place, insertAt(read(place), Infinity, Infinity, words).text);
  if (converting) return void dictated.push(words);
  const { selectionStart: start, selectionEnd: end } = input ?? { selectionStart: Infinity, selectionEnd: Infinity };
  complete(insertAt(view.text, start, end, words));
}

on("dictated", takeDictated);

/** At home nobody is there to be named. @param {HTMLTextAreaElement} element */
const look = (element) => completing.look(element, view.place === HOME ? "/" : undefined);

/** Put a prompt in the place of the `/name` by which it was called. @param {string} text */
export function putPrompt(text) {
  const called = PROMPT_CALL.exec(view.text)?.[0];
  if (called !== undefined) complete({ text: text + view.text.slice(called.length), caret: text.length });
}

/** @param {string} option */
export const takeCompletion = (option) => input && complete(completing.pick(input, option));

/** @param {KeyEvent | KeyboardEvent} event */
export const composesNow = (event) =>
  converting || ("nativeEvent" in event ? event.nativeEvent : event).isComposing || event.keyCode === 229 || Date.now() - composedAt < AFTER_COMPOSITION;

/** @param {KeyEvent} event */
function keyDown(event) {
  const called = composesNow(event) ? null : completing.key(event);
  if (called) {
    event.preventDefault();
    return complete(called);
  }
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    if (composesNow(event)) return;
    if (isTouch() && !event.ctrlKey && !event.metaKey) return; // a phone's Enter breaks the line; its button sends
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && !view.text && view.place !== HOME) {
    const row = lastOwn();
    if (row) {
      event.preventDefault();
      beginEdit(row);
    }
  } else if (event.key === "Escape" && !composesNow(event)) {
    if (!view.editing && !view.reply) return;
    event.preventDefault(); // no answer is stopped by it
    cancel();
  }
}

/** Escape stops one's answer from anywhere in the room, unless it closes something, or ends a composition. @param {KeyboardEvent} event */
function escaped(event) {
  const open = document.querySelector("dialog[open], [popover]:not(.toasts):popover-open");
  if (event.key === "Escape" && !event.defaultPrevented && !open && !composesNow(event)) stopOwn();
}

listen(page, { keydown: escaped });

/** What the button beside the text does: send it or, where there is none, stop one's answer. */
export const sendProps = {
  onClick: (/** @type {import("react").MouseEvent} */ event) => {
    if (!view.blank || view.editing) submit();
    else if (event.detail < 2) stopOwn(); // the second half of a double click, whose first has sent, stops nothing
  },
};

export const inputProps = {
  ref: (/** @type {HTMLTextAreaElement | null} */ element) => {
    input = element;
    fit();
  },
  onChange: (/** @type {{ target: HTMLTextAreaElement }} */ event) => {
    setText(event.target.value);
    look(event.target);
    if (view.place !== HOME && event.target.value.trim()) typing();
  },
  onPaste: pasteFiles,
  onSelect: (/** @type {{ target: HTMLTextAreaElement }} */ event) => look(event.target),
  onBlur: completing.close,
  onKeyDown: keyDown,
  onCompositionStart: () => {
    converting = true;
  },
  onCompositionEnd: () => {
    converting = false;
    composedAt = Date.now();
    const words = dictated;
    dictated = [];
    requestAnimationFrame(() => words.forEach((each) => takeDictated(view.place, each))); // once the text has its letters
  },
};
