// A place in the history: the messages around one that was searched for, too far from the newest to load all between.
// `feed.past` has them, beside `feed.messages`, which continues to follow new messages. When the two lists meet, they
// become one.

import { changed, currentFeed, feedHere, tell, view } from "./store.js";

const MOST = 200; // rows that are shown
const KEPT = 180; // messages, once there are more
const ABOVE = 60; // of these, above the first in view
const NEWEST = 50; // that are kept apart while the reader is far from them

const NOTHING = { ready: false, more: false, loadingOlder: false, loadingNewer: false };

let jumps = 0;

/** Show the message `id` of the room that is shown, loading what is around it where it is not there. @param {string} id */
export function goTo(id) {
  const feed = feedHere();
  feed.target = { id, jump: ++jumps };
  if (feed.ready) find(feed);
}

/** Look for what `goTo` has been asked for; again each time the room is entered. @param {Feed} feed */
export function find(feed) {
  const { target } = feed;
  if (!target || target.found || feed.past?.messages.has(target.id)) return;
  if (feed.messages.has(target.id)) feed.past = null;
  else {
    feed.past = { ...NOTHING, messages: new Map() };
    tell("send", "around", { room: feed.id, message: target.id });
  }
}

/** Back to the newest messages. @param {Feed} feed */
export function leavePast(feed) {
  feed.past = null;
  feed.target = null;
}

/** The messages that are shown. @param {Feed} feed */
export const shown = (feed) => feed.past?.messages ?? feed.messages;

/** A message, wherever it is known. @param {Feed} feed @param {string} id */
export const known = (feed, id) => feed.messages.get(id) ?? feed.past?.messages.get(id);

/** @param {Messages} messages */
const seqs = (messages) => [...messages.values()].map((message) => message.seq);
/** @param {Messages} messages */
export const least = (messages) => Math.min(...seqs(messages));
/** @param {Messages} messages */
export const most = (messages) => Math.max(...seqs(messages));

/**
 * Let go of the messages that are farthest from `id`, the first in view, if there are too many: they come again as pages.
 * @param {string | undefined} id
 */
export function keepNear(id) {
  const feed = feedHere();
  const list = feed.past ?? feed;
  const said = [...list.messages.values()].filter(({ event }) => !event); // many lines are shown as one
  if (said.length <= MOST && list.messages.size <= 5 * MOST) return;
  const all = [...list.messages.values()].sort((a, b) => a.seq - b.seq);
  const first = all.findIndex((message) => message.id === id);
  if (first < 0) return;
  const from = Math.max(0, Math.min(first - ABOVE, all.length - KEPT));
  const kept = all.slice(from, from + KEPT);
  const atEnd = kept.at(-1) === all.at(-1);
  /** @type {Past} */
  const place = {
    ready: true,
    messages: byId(kept),
    more: list.more || from > 0,
    loadingOlder: list.loadingOlder && from === 0, // a page that was asked for still fits where nothing has gone
    loadingNewer: !!feed.past?.loadingNewer && atEnd,
  };
  if (feed.past || atEnd) Object.assign(list, place);
  else Object.assign(feed, { past: place, target: null, messages: byId(all.slice(-NEWEST)), more: true, loadingOlder: false });
  for (const [key, { message }] of feed.cache) if (message && !known(feed, message.id)) feed.cache.delete(key);
  changed();
}

/** @param {Message[]} messages */
const byId = (messages) => new Map(messages.map((message) => [message.id, message]));

/** Ask for the page before (`older`) or after (`newer`) what is shown. @param {"older" | "newer"} handler */
export function turn(handler) {
  const feed = currentFeed();
  if (!feed?.ready || (feed.past && !feed.past.ready)) return false;
  const { past } = feed;
  const list = past ?? feed;
  if (handler === "older" && list.more && !list.loadingOlder) {
    list.loadingOlder = true;
    tell("send", "older", { room: feed.id, before: least(list.messages) });
  } else if (handler === "newer" && past && !past.loadingNewer) {
    past.loadingNewer = true;
    tell("send", "newer", { room: feed.id, after: most(past.messages) });
  } else return false;
  return true;
}

/** Where the list shall be scrolled to: the number of the jump, 0 for none, and the message. @param {Feed | null} feed */
export const jumpOf = (feed) => (feed?.target && shown(feed).has(feed.target.id) ? feed.target.jump : 0);

/** The message has been scrolled to. */
export function landed() {
  const { target } = feedHere();
  if (target) target.found = true;
}

export const targetId = () => currentFeed()?.target?.id ?? null;

export const inThePast = () => Boolean(view.room?.past);
