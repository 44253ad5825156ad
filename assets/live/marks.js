// Reactions, ratings, pins and stars. A person's choice shows at once, in place of the server's data, until the
// server's data shows it too.

import { canonical } from "../canonical.js";
import { callsMe, mentionsOf } from "./mentions.js";
import { known } from "./past.js";
import { giveUpLater } from "./patience.js";
import { acquainted, modelLabel } from "./people.js";
import { changed, feedHere, NONE, state, tell } from "./store.js";

const RATE = "rate "; // the number of the text that is rated follows

/** The marks besides these, by the server's handlers: whether a message has one. @type {Record<string, (feed: Feed, message: Message) => boolean>} */
const MARKS = {
  pin: (_, { pinned }) => !!pinned,
  star: ({ own }, { id }) => !!own.get(id)?.star,
  hide: (_, { exclude_from_ai }) => !!exclude_from_ai,
  pin_for_ai: (_, { pinned_for_ai }) => !!pinned_for_ai,
};

// --- what is wanted: message → { one of MARKS, or an emoji: on; or a rating: which } --------------------------------

/** @param {Message} message @param {string} emoji @param {string | undefined} who */
const has = (message, emoji, who) => !!message.reactions?.some((each) => each.emoji === emoji && each.by.includes(who ?? ""));

/** @param {Feed} feed @param {Message} message @param {string} name @returns {boolean | string} */
function shows(feed, message, name) {
  if (name.startsWith(RATE)) return feed.own.get(message.id)?.[name.slice(RATE.length)] ?? "";
  return MARKS[name]?.(feed, message) ?? has(message, name, state.me?.id);
}

/**
 * A mark or rating of a message as the person wants it to be.
 * @param {Feed} feed @param {Message} message @param {string} name
 */
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

/**
 * Report that a request is not done, if nobody has answered for long.
 * @param {string} id @param {() => boolean} isWanted
 */
export function dropUnanswered(id, isWanted) {
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

/** It was refused, or nobody answers: the server's data shows. @param {string} id */
export function dropWants(id) {
  for (const feed of state.feeds.values()) {
    feed.wants.delete(id);
    if (feed.unread?.id === id) feed.unread = null;
  }
}

/** Send the request once more, because a lost connection may have swallowed it. */
export function resendWants() {
  for (const feed of state.feeds.values())
    for (const [id, wanted] of feed.wants) Object.entries(wanted).forEach(([name, on]) => transmit(id, name, on));
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
  const given = new Map((message.reactions ?? []).map(({ emoji, by, models = NONE }) => [emoji, { by, models }]));
  for (const [name, on] of Object.entries(wants)) {
    if (name in MARKS || name.startsWith(RATE)) continue;
    const { by, models } = given.get(name) ?? { by: NONE, models: NONE };
    const others = by.filter((id) => id !== me);
    given.set(name, { models, by: on ? [...others, me] : others });
  }
  const nameOf = new Map(acquainted(feed).map(({ id, name }) => [id, name]));
  return [...given].filter(([, { by, models }]) => by.length + models.length).map(([emoji, { by, models }]) => {
    const people = by.filter((id) => id !== me && nameOf.has(id)).map((id) => nameOf.get(id));
    const names = [...models.map((id) => modelLabel(id)), ...people].slice(0, NAMED);
    return { emoji, count: by.length + models.length, mine: by.includes(me), names };
  });
}
