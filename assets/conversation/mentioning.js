// Completing `@` in the composer: whom it may mean stands above, walked by keys, until one is taken or put away.

import { wantMembers } from "../live/people.js";
import { currentFeed, state, subscribe } from "../live/store.js";
import { fold } from "../folding.js";
import { BEFORE_CALL } from "../rules.js";
import { makeStore } from "../store.js";

const MOST = 6;
const BEGUN = new RegExp(`(?<![${BEFORE_CALL}])_*[@＠]([^\\s@＠]{0,30})$`, "i"); // before the caret

/** @typedef {Person & { option: string, chosen: boolean }} Option */
const CLOSED = { list: /** @type {Option[]} */ ([]), chosen: "" };
export const mentions = makeStore(CLOSED);
/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
let from = -1; // where the `@` stands
let putAway = -1; // the one that was closed by Escape
let at = 0;
let sought = ""; // what was typed after the `@`
/** @type {Member[] | undefined} */
let among; // the members of whom some are listed

export const useMentions = mentions.use;

/**
 * How well a person fits what was typed: 0 best, null not at all.
 * @param {Person} person
 * @param {string} typed
 * @returns {number | null}
 */
function fit({ username, name }, typed) {
  if (username.startsWith(typed)) return 0;
  const known = fold(name);
  if (known.startsWith(typed)) return 1;
  if (known.split(/[\s・]+/).some((word) => word.startsWith(typed))) return 2;
  return known.includes(typed) ? 3 : null;
}

const SPECIAL = { ai: { id: "ai", username: "ai", name: "", color: "", avatar: null }, all: { id: "all", username: "all", name: "", color: "", avatar: null } };

/** @param {string} typed @returns {Person[]} */
function candidates(typed) {
  const feed = currentFeed();
  const room = state.rooms.get(feed?.id ?? "");
  if (!feed?.ready || !room) return [];
  const special = [
    ...(feed.can.has("ask_ai") && room.ai_rule !== "never" ? [SPECIAL.ai] : []),
    ...(feed.can.has("mention_all") && feed.members.length > 2 ? [SPECIAL.all] : []),
  ].filter(({ username }) => username.startsWith(typed));
  const people = feed.members
    .filter(({ id }) => id !== state.me?.id)
    .map((person) => ({ person, fits: fit(person, typed) ?? Infinity }))
    .filter(({ fits }) => fits < Infinity)
    .sort((a, b) => a.fits - b.fits || a.person.name.localeCompare(b.person.name))
    .map(({ person }) => person);
  // Nobody has typed yet: the AI first, everybody last. By letters, whoever begins so.
  return (typed ? [...people, ...special] : [...special.filter(({ id }) => id === "ai"), ...people.slice(0, MOST - special.length), ...special.filter(({ id }) => id === "all")]).slice(0, MOST);
}

/** See whether somebody is being called where the caret stands. @param {HTMLTextAreaElement} input */
export function look(input) {
  const caret = input.selectionStart;
  const [match, typed] = caret === input.selectionEnd ? (BEGUN.exec(input.value.slice(0, caret)) ?? []) : [];
  if (!match) {
    putAway = -1;
    return close();
  }
  const place = caret - typed.length - 1;
  if (place === putAway) return;
  putAway = -1;
  if (place !== from) at = 0;
  from = place;
  sought = fold(typed);
  among = currentFeed()?.members;
  wantMembers();
  list(candidates(sought));
}

subscribe(() => {
  if (from < 0 || currentFeed()?.members === among) return;
  among = currentFeed()?.members;
  list(candidates(sought));
});

/** @param {Person[]} found */
function list(found) {
  at = Math.max(0, Math.min(at, found.length - 1));
  const rows = found.map(({ id, username, name, color, avatar }, i) => ({ id, username, name, color, avatar, option: `mention-${i}`, chosen: i === at }));
  mentions.set(rows.length ? { list: rows, chosen: rows[at].option } : CLOSED);
}

export function close() {
  from = -1;
  mentions.set(CLOSED);
}

/** What the text becomes when `username` is taken. @param {HTMLTextAreaElement} input @param {string} username */
function taken(input, username) {
  const { value, selectionStart: caret } = input;
  const word = `@${username} `;
  const rest = value.slice(caret).replace(/^ /, "");
  const change = { text: value.slice(0, from) + word + rest, caret: from + word.length };
  close();
  return change;
}

/**
 * A key in the composer: null if it means nothing here, else what changes (possibly nothing).
 * @param {KeyEvent} event
 * @returns {{ text?: string, caret?: number } | null}
 */
export function key(event) {
  const { list: rows } = mentions.get();
  if (!rows.length) return null;
  const step = STEPS[event.key];
  if (step) {
    at = (at + step + rows.length) % rows.length;
    list(rows);
    return {};
  }
  if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) return taken(event.currentTarget, rows[at].username);
  if (event.key === "Escape") {
    putAway = from;
    close();
    return {};
  }
  return null;
}

/** One was pressed. @param {HTMLTextAreaElement} input @param {string} username */
export const pick = (input, username) => taken(input, username);
