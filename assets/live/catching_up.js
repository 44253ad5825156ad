// Catch up after gaps: a room counts its changes (`rev`), and when a number is missing for a while the tab asks for what it has
// missed.

import { answered, askOnce, PATIENCE } from "./asking.js";
import { gathered } from "../timing.js";
import { currentFeed, feedOf, state, tell } from "./store.js";

const GAP_PATIENCE = 400; // ms to wait for an op that was overtaken, before asking
const SPREAD = 2000; // ms within which all tabs that are told to begin anew do so: not all at once

/** Whether this is the newest that was heard of a thing; ops may overtake one another between server processes. @param {Feed} feed @param {string} thing @param {number} rev */
export function isNews(feed, thing, rev) {
  if (rev < (feed.heard.get(thing) ?? 0)) return false;
  feed.heard.set(thing, rev);
  return true;
}

/** @param {Feed} feed @param {number} rev */
export function noteRev(feed, rev) {
  if (!feed.ready) {
    feed.missed = Math.max(feed.missed, rev); // what it said was not kept: `settle` will ask for it
    return;
  }
  if (rev <= feed.rev) return;
  feed.ahead.add(rev);
  while (feed.ahead.delete(feed.rev + 1)) feed.rev += 1;
  if (feed.ahead.size && !feed.waiting) watchGap(feed, GAP_PATIENCE);
}

/**
 * The room has this revision: everything that has not arrived by now is missing.
 * @param {{ room: string, rev: number }} op
 */
export function comeTo({ room, rev }) {
  const feed = feedOf(room);
  feed.missed = Math.max(feed.missed, rev);
  if (feed.ready && rev > feed.rev && !feed.waiting) watchGap(feed, GAP_PATIENCE + SPREAD * Math.random());
}

/** Request the missing changes, and again while no answer arrives. @param {Feed} feed @param {number} patience */
function watchGap(feed, patience) {
  feed.waiting = true;
  setTimeout(() => {
    feed.waiting = false;
    if (!feed.ahead.size && feed.missed <= feed.rev) return;
    askSync(feed);
    watchGap(feed, PATIENCE);
  }, patience);
}

/** @param {Feed} feed */
export function askSync(feed) {
  askOnce(`sync ${feed.id}`, "sync", { room: feed.id, rev: feed.rev });
}

/** @param {Feed} feed @param {number} rev */
export function settle(feed, rev) {
  feed.rev = Math.max(feed.rev, rev);
  feed.ahead.forEach((seen) => seen <= feed.rev && feed.ahead.delete(seen));
  if (feed.missed > feed.rev) askSync(feed);
  feed.missed = 0;
}

/** Ask anew for all that this tab holds: something was lost, and nobody knows what. */
export const resync = gathered(() => {
  state.presenceKnown = false;
  state.roomsDoubted = true;
  for (const feed of state.feeds.values()) {
    answered(`sync ${feed.id}`);
    if (feed !== currentFeed()) feed.pins = null;
  }
  tell("send", "arrive", {});
  if (state.stars) tell("send", "load_stars", {});
  const feed = currentFeed();
  if (!feed?.ready || feed.beginning) return;
  tell("send", "look", { room: feed.id });
  if (feed.pins) tell("send", "load_pins", { room: feed.id });
  tell("invited", feed.id);
}, () => SPREAD * Math.random());
