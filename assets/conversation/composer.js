// The composer: a draft per room, Enter and its exceptions, replying and editing. One store; hooks read slices of it.

import { useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { generateUUID } from "$/utils/state";
import { edit, lastOwn, post, stopNewest, textOf, typing } from "../live/actions.js";
import { begin, begun, undo } from "../live/beginning.js";
import { resend } from "../live/outbox.js";
import { on, state, tell, view as feed } from "../live/store.js";
import { cut } from "../graphemes.js";
import * as mentioning from "./mentioning.js";

const HOME = "home";
const QUOTED = 140; // characters of a message that a reply to it shows
const COUNTER_FROM = 500; // characters left at which the counter appears
const AFTER_COMPOSITION = 60; // ms: Safari reports the Enter that ends a composition after its end

const listeners = new Set();
let composedAt = 0;
let composing = false;

const blank = { place: HOME, text: "", reply: null, editing: null, error: "", left: 0, counting: false, maximum: 0, wait: 0, busy: false, blank: true };
let view = blank;
let input = null; // the textarea

const draftKey = (place) => `parley.draft.${place}`;
const length = (text) => [...text.normalize("NFC")].length; // code points, as the server counts

function update(change) {
  view = { ...view, ...change };
  const left = state.messageMax - length(view.text.trim());
  view.left = left;
  view.maximum = state.messageMax;
  view.counting = left < COUNTER_FROM;
  view.blank = !view.text.trim();
  listeners.forEach((listener) => listener());
}

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/**
 * A slice of the store. Heard from the moment at which the input stands: useSyncExternalStore would listen only after the
 * page was painted, and until then React takes back from the input what is typed.
 */
export function useComposer(slice) {
  const [value, set] = useState(() => view[slice]);
  useLayoutEffect(() => {
    const look = () => set(() => view[slice]);
    look();
    return subscribe(look);
  }, [slice]);
  return value;
}

function read(place) {
  try {
    return localStorage.getItem(draftKey(place)) ?? "";
  } catch {
    return "";
  }
}

function keep(place, text) {
  try {
    if (text) localStorage.setItem(draftKey(place), text);
    else localStorage.removeItem(draftKey(place));
  } catch {
    // Private windows may have no storage; the draft then lives as long as the tab.
  }
}

export function open(room) {
  const place = room ?? HOME;
  if (place === view.place && view.text) return;
  update({ ...blank, place, text: read(place) });
  requestAnimationFrame(() => {
    fit();
    if (!touch()) input?.focus(); // on a phone the keyboard would come up unasked
  });
}

function fit() {
  if (!input || CSS.supports("field-sizing", "content")) return;
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

function setText(text) {
  if (!view.editing) keep(view.place, text);
  update({ text, error: "" });
  fit();
}

export function submit() {
  const text = view.text.trim();
  if (!text || view.busy) return;
  if (length(text) > state.messageMax) return update({ error: "message_too_long" });
  if (view.editing) {
    if (text !== textOf(view.editing)) edit(view.editing, text);
    return cancel();
  }
  if (view.place === HOME) return start(text);
  if (waits()) return;
  sentAt.set(view.place, Date.now());
  keep(view.place, "");
  const reply = view.reply;
  update({ text: "", reply: null, error: "" });
  fit();
  post(text, reply);
  input?.focus();
}

const sentAt = new Map(); // room → when something was last said there, here
let ticking = null;

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

let starting = null; // the message that makes a room, on its way
function start(text) {
  starting = { text, nonce: generateUUID(), model: "" };
  update({ ...blank, place: starting.nonce, busy: true });
  tell("send", "start", starting);
  begin(starting);
}

on("arrived", resend);

on("started", (nonce, room) => {
  if (nonce !== starting?.nonce) return;
  starting = null;
  keep(HOME, "");
  keep(nonce, "");
  if (view.place === nonce) {
    keep(room, view.text); // what was written meanwhile
    update({ place: room, busy: false });
  }
  if (begun(nonce, room)) tell("navigate", `/r/${room}`);
});

on("refused", (op) => {
  if (op.about === starting?.nonce) {
    const { nonce, text } = starting;
    starting = null;
    undo(nonce);
    if (view.place === nonce) update({ ...blank, text, error: op.code });
  } else {
    tell("toast", op.code, op.details);
  }
});

export function suggest(text) {
  setText(text);
  input?.focus();
}

export function restore(text) {
  setText(view.text ? `${view.text}\n${text}` : text);
  input?.focus();
}

/** What a message says, as it is rendered: without Markdown's marks. */
function saidIn(row) {
  const shown = document.querySelector(`[data-message="${CSS.escape(row.id)}"] .markdown`)?.cloneNode(true);
  shown?.querySelectorAll("button, figcaption, .katex-mathml").forEach((part) => part.remove());
  shown?.querySelectorAll("p, li, pre, h1, h2, h3, h4, h5, h6, td, th, br").forEach((part) => part.before(" "));
  return cut((shown?.textContent ?? row.text).replace(/\s+/g, " ").trim(), QUOTED);
}

export function replyTo(row) {
  update({ reply: { id: row.id, author: row.ai ? row.model || "AI" : row.author.name, ai: row.ai, text: saidIn(row) }, editing: null, text: view.editing ? read(view.place) : view.text });
  input?.focus();
}

export function beginEdit(row) {
  flushSync(() => update({ editing: row.id, reply: null, text: row.text, error: "" }));
  fit();
  input?.focus();
  putCaret(row.text.length);
}

/** Never later than what it follows is shown: what is typed meanwhile would stand on the wrong side of it. */
const putCaret = (at) => input?.setSelectionRange(at, at);

export function cancel() {
  update({ editing: null, reply: null, error: "", text: view.editing ? read(view.place) : view.text });
  fit();
  input?.focus();
}

/** Put in whom the person has chosen to call. */
function complete({ text, caret }) {
  if (text === undefined) return;
  flushSync(() => setText(text));
  input?.focus();
  putCaret(caret);
}

export const call = (username) => input && complete(mentioning.pick(input, username));

const composesNow = (event) =>
  composing || event.nativeEvent?.isComposing || event.keyCode === 229 || Date.now() - composedAt < AFTER_COMPOSITION;

const touch = () => typeof window !== "undefined" && window.matchMedia("(pointer: coarse)").matches;

function keyDown(event) {
  const called = composesNow(event) ? null : mentioning.key(event);
  if (called) {
    event.preventDefault();
    return complete(called);
  }
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    if (composesNow(event)) return;
    if (touch() && !event.ctrlKey && !event.metaKey) return; // a phone's Enter breaks the line; its button sends
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && !view.text && view.place !== HOME) {
    const row = lastOwn();
    if (row) {
      event.preventDefault();
      beginEdit(row);
    }
  } else if (event.key === "Escape" && !composesNow(event)) {
    if (view.editing || view.reply) cancel();
    else stopNewest();
  }
}

export const inputProps = {
  ref: (element) => {
    input = element;
    fit();
  },
  onChange: (event) => {
    setText(event.target.value);
    if (view.place === HOME) return;
    mentioning.look(event.target);
    if (event.target.value.trim()) typing();
  },
  onSelect: (event) => view.place !== HOME && mentioning.look(event.target),
  onBlur: mentioning.close,
  onKeyDown: keyDown,
  onCompositionStart: () => {
    composing = true;
  },
  onCompositionEnd: () => {
    composing = false;
    composedAt = Date.now();
  },
};

