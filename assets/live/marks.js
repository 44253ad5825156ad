// Reactions, ratings, pins, stars and mentions. What a person wants shows at once, laid over what the server has told, until that shows it too.

import { canonical } from "../conversation/reactions/canonical.js";
import { assistantsNamed } from "./assistants.js";
import { USERNAME } from "../rules.js";
import { known } from "./past.js";
import { giveUpLater } from "./patience.js";
import { acquainted, modelLabel } from "./people.js";
import { changed, feedHere, feedOf, NONE, state, tell } from "./store.js";

const FRESH = 5000; // ms for which what was told of a star counts more than a page, which may have been read before

const RATE = "rate "; // the number of the text that is rated follows

/** The marks besides these, by the server's handlers: whether a message has one. @type {Record<string, (feed: Feed, message: Message) => boolean>} */
const MARKS = {
  pin: (_, { pinned }) => !!pinned,
  star: ({ starred }, { id }) => starred.has(id),
  hide: (_, { exclude_from_ai }) => !!exclude_from_ai,
  pin_for_ai: (_, { pinned_for_ai }) => !!pinned_for_ai,
};

// --- what is wanted: message → { one of MARKS, or an emoji: on; or a rating: which } --------------------------------

/** @param {Message} message @param {string} emoji @param {string | undefined} who */
const has = (message, emoji, who) => !!message.reactions?.some((each) => each.emoji === emoji && each.by.includes(who ?? ""));

/** @param {Feed} feed @param {Message} message @param {string} name @returns {boolean | string} */
function shows(feed, message, name) {
  if (name.startsWith(RATE)) return feed.ratings.get(message.id)?.[Number(name.slice(RATE.length))] ?? "";
  return MARKS[name]?.(feed, message) ?? has(message, name, state.me?.id);
}

/** What a message shows of a mark, or a rating, as the person wants it to be. @param {Feed} feed @param {Message} message @param {string} name */
const wanted = (feed, message, name) => feed.wants.get(message.id)?.[name] ?? shows(feed, message, name);

/** @param {Feed} feed @param {Message} message @param {number} n @returns {string} */
export const rating = (feed, message, n) => String(wanted(feed, message, RATE + n));

/** @param {string} message @param {string} name @param {boolean | string} value */
function transmit(message, name, value) {
  if (name.startsWith(RATE)) return tell("send", "rate", { message, n: Number(name.slice(RATE.length)), value });
  return name in MARKS ? tell("send", name, { message, on: value }) : tell("send", "react", { message, emoji: name, on: value });
}

/** Give a message a mark, or take it away. @param {string} id @param {string} name of the mark, or an emoji @param {boolean | string} value */
export function giveMark(id, name, value) {
  const feed = feedHere();
  feed.wants.set(id, { ...feed.wants.get(id), [name]: value });
  transmit(id, name, value);
  dropUnanswered(id, () => feed.wants.get(id)?.[name] === value);
  changed();
}

/** Rate the text `n` of an answer. @param {string} id @param {number} n @param {"up" | "down" | ""} value */
export const giveRating = (id, n, value) => giveMark(id, RATE + n, value);

/** @param {string} id @param {string} name */
export function toggleMark(id, name) {
  const message = known(feedHere(), id);
  if (message) giveMark(id, name, !wanted(feedHere(), message, name));
}

/** @param {string} id @param {string} emoji */
export const toggleReaction = (id, emoji) => toggleMark(id, canonical(emoji));

/** Say that a thing is not done, once nobody has answered for long. @param {string} id @param {() => boolean} isWanted */
function dropUnanswered(id, isWanted) {
  giveUpLater(isWanted, () => {
    dropWants(id);
    tell("error", "not_done", {});
  });
}

/** @param {Feed} feed @param {Message} message */
export function settleWants(feed, message) {
  const left = Object.entries(feed.wants.get(message.id) ?? {}).filter(([name, on]) => shows(feed, message, name) !== on);
  if (left.length) feed.wants.set(message.id, Object.fromEntries(left));
  else feed.wants.delete(message.id);
}

/** It was refused, or nobody answers: it shows as it is. @param {string} id */
export function dropWants(id) {
  for (const feed of state.feeds.values()) {
    feed.wants.delete(id);
    if (feed.unread?.id === id) feed.unread = null;
  }
}

/** Ask once more for what a lost connection may have swallowed. */
export function resendWants() {
  for (const feed of state.feeds.values()) {
    for (const [id, wanted] of feed.wants) Object.entries(wanted).forEach(([name, on]) => transmit(id, name, on));
    if (feed.unread) askUnread(feed, feed.unread);
  }
}

// --- what a row shows -------------------------------------------------------------------------------------------------

const NAMED = 12; // of those who gave a reaction, so many are named

/** @param {Feed} feed @param {Message} message */
export function marksOf(feed, message) {
  const wants = feed.wants.get(message.id) ?? {};
  const standing = !message.deleted;
  const bears = (/** @type {string} */ name) => standing && !!wanted(feed, message, name);
  return {
    pinned: bears("pin"),
    hidden: bears("hide"),
    pinned_for_ai: bears("pin_for_ai"),
    starred: bears("star"),
    reactions: standing && (message.reactions || feed.wants.has(message.id)) ? reactionsOf(feed, message, wants) : NONE,
    mentions: mentionsOf(message),
    calls_me: callsMe(message),
    can_react: standing && feed.can.has("send"),
    can_pin: standing && feed.can.has("pin"),
    can_pin_for_ai: standing && feed.can.has("manage_ai"),
    can_hide: standing && (feed.can.has("manage_ai") || (feed.can.has("send") && [message.author?.id, message.ai?.asker?.id].includes(state.me?.id))),
  };
}

/** @param {Feed} feed @param {Message} message @param {Wants} wants */
function reactionsOf(feed, message, wants) {
  const me = state.me?.id ?? "";
  const given = new Map((message.reactions ?? []).map(({ emoji, by }) => [emoji, by]));
  const models = new Map((message.reactions ?? []).map((each) => [each.emoji, each.models ?? NONE]));
  for (const [name, on] of Object.entries(wants)) {
    if (name in MARKS || name.startsWith(RATE)) continue;
    const others = (given.get(name) ?? []).filter((id) => id !== me);
    given.set(name, on ? [...others, me] : others);
  }
  const nameOf = new Map(acquainted(feed).map(({ id, name }) => [id, name]));
  const modelsOf = (/** @type {string} */ emoji) => models.get(emoji) ?? NONE;
  return [...given].filter(([emoji, by]) => by.length + modelsOf(emoji).length).map(([emoji, by]) => ({
    emoji,
    count: by.length + modelsOf(emoji).length,
    mine: by.includes(me),
    names: [
      ...modelsOf(emoji).map((id) => modelLabel(state, id)),
      ...by.filter((id) => id !== me && nameOf.has(id)).map((id) => nameOf.get(id)),
    ].slice(0, NAMED),
  }));
}

const AI = [{ username: "ai", name: "ai", me: false }];
const ALL = { username: "all", name: "all", me: true };
const CALLS_AI = /[@＠]ai/i;
const CALLED = new RegExp(`[@＠](${USERNAME})`, "gi");

/** The assistants and models, other than `people`, whose handles follow an `@`; a model comes before an assistant. @param {string} text @param {Called[]} people @returns {Called[]} */
function calledIn(text, people) {
  const names = new Set([...text.matchAll(CALLED)].map(([, name]) => name.toLowerCase()));
  const models = state.models.filter(({ handle }) => names.has(handle)).map(({ handle, label }) => ({ username: handle, name: label, me: false }));
  for (const { username } of [...people, ...models, ...AI, ALL]) names.delete(username);
  return [...assistantsNamed(names).map(({ handle, name }) => ({ username: handle, name, me: false })), ...models];
}

/** Return the people, models and assistants whose `@name` in the text is a mention, and how it is shown. @param {Message} message @returns {Called[]} */
export function mentionsOf(message) {
  if (message.ai || !/[@＠]/.test(message.text)) return NONE;
  const people = (message.mentions ?? []).map(({ id, username, name }) => ({ id, username, name, me: id === state.me?.id }));
  const all = message.mentions_all ? [ALL] : NONE;
  return [...calledIn(message.text, people), ...people, ...all, ...(CALLS_AI.test(message.text) ? AI : NONE)];
}

/** @param {Said} message */
const callsMe = (message) =>
  !message.deleted && !!message.author && message.author.id !== state.me?.id && !state.blocked.has(message.author.id) &&
  (!!message.mentions_all || !!message.mentions?.some(({ id }) => id === state.me?.id));

// --- what is told -----------------------------------------------------------------------------------------------------

/** Note whether a message calls the person, for the list of rooms. @param {string} id @param {Said} message */
export function noteMention(id, message) {
  const room = state.rooms.get(id);
  if (!room) return;
  const others = (room.mentions ?? NONE).filter((seq) => seq !== message.seq);
  if (callsMe(message)) room.mentions = [...others, message.seq];
  else if (others.length !== (room.mentions ?? NONE).length) room.mentions = others;
}

/**
 * Note that a message is deleted, or is a line about the room: it does not count as unread in the list of rooms.
 * @param {string} id
 * @param {{ seq: number, deleted?: boolean, event?: object, line?: boolean }} message
 */
export function noteUncounted(id, message) {
  const room = state.rooms.get(id);
  if (!room || message.seq <= room.read || !(message.deleted || message.event || message.line) || room.deleted?.includes(message.seq)) return;
  room.deleted = [...(room.deleted ?? NONE), message.seq];
}

/** Mark a message and those after it as unread. @param {string} id */
export function markUnread(id) {
  const feed = feedHere();
  const message = known(feed, id);
  if (!message) return;
  const wanted = (feed.unread = { id, seq: message.seq });
  askUnread(feed, wanted);
  dropUnanswered(id, () => feed.unread === wanted);
  changed();
}

/** @param {Feed} feed @param {{ id: string, seq: number }} wanted */
function askUnread(feed, { id, seq }) {
  keepUnread(feed.id, seq - 1);
  tell("send", "unread", { message: id });
}

/** The server has it. @param {string} id @param {number} seq */
export function tookUnread(id, seq) {
  const feed = state.feeds.get(id);
  if (feed?.unread && seq < feed.unread.seq) feed.unread = null;
  keepUnread(id, seq);
}

/** The person wants to have read no further: in the room that is shown, until they leave it, write, or go to the newest. @param {string} id @param {number} seq */
function keepUnread(id, seq) {
  const room = state.rooms.get(id);
  if (room) room.read = Math.min(room.read, seq);
  if (id === state.current) Object.assign(feedOf(id), { newAfter: seq, keptUnread: true });
}

/** How many messages of a room the person has not read. Those before the known deleted ones are read before them. @param {Room} room */
export function unreadIn({ seq, read, deleted = NONE, older_deleted = 0 }) {
  const unread = deleted.filter((place) => place > read).length;
  return Math.max(0, seq - read - unread - (unread === deleted.length ? older_deleted : 0));
}

/**
 * The lists of pins and stars, where they have been asked for, say what became of a message.
 * @param {Feed} feed
 * @param {Message} message
 */
export function noteMark(feed, message) {
  if (feed.pins) {
    const others = feed.pins.filter((each) => each.id !== message.id);
    const known = feed.pins.length !== others.length;
    if (message.pinned) feed.pins = known ? feed.pins.map((each) => (each.id === message.id ? message : each)) : [message, ...others];
    else if (known) feed.pins = others;
  }
  if (state.stars?.some((star) => star.message.id === message.id))
    state.stars = state.stars.map((each) => (each.message.id === message.id ? { ...each, message } : each)).filter((star) => !star.message.deleted);
}

/**
 * Of the messages that an op brings, which the person has marked.
 * @param {Feed} feed
 * @param {{ messages: Message[], starred?: string[] }} op
 */
export function takeStars(feed, { messages, starred = NONE }) {
  const isRead = (/** @type {string} */ id) => Date.now() - (feed.starsTold.get(id) ?? 0) > FRESH;
  messages.filter(({ id }) => isRead(id)).forEach(({ id }) => feed.starred.delete(id));
  starred.filter(isRead).forEach((id) => feed.starred.add(id));
}

/** All that the person has marked in the room, which has no rev. @param {Feed} feed @param {string[]} stars */
export function takeAllStars(feed, stars) {
  const fresh = (/** @type {string} */ id) => Date.now() - (feed.starsTold.get(id) ?? 0) <= FRESH;
  feed.starred = new Set([...stars.filter((id) => !fresh(id)), ...[...feed.starred].filter(fresh)]);
}

/** @param {{ room: string, pins: Message[] }} op */
export const pins = (op) => {
  feedOf(op.room).pins = op.pins;
};

/** @param {{ stars: Star[] }} op */
export const stars = (op) => {
  state.stars = op.stars;
};

/** @param {StarOp} op */
export function star({ room, message, on }) {
  const feed = room === state.current ? feedOf(room) : state.feeds.get(room);
  if (feed) {
    feed.starsTold.set(message, Date.now());
    if (on) feed.starred.add(message);
    else feed.starred.delete(message);
    settleWants(feed, known(feed, message) ?? /** @type {Message} */ ({ id: message }));
  }
  if (!on && state.stars) state.stars = state.stars.filter((star) => star.message.id !== message);
}

/** Take the mark off a message of any room, in the list of marks. @param {string} id */
export function unmark(id) {
  state.stars = (state.stars ?? NONE).filter((star) => star.message.id !== id);
  tell("send", "star", { message: id, on: false });
  changed();
}
