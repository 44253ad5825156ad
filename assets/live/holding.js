// Tell the server what a returning tab already has of a room, so that it sends only what has changed.

import { app } from "$/utils/context-registry";
import { state } from "./store.js";

/** @param {string} path */
export const roomOf = (path) => path.match(/^\/r\/([^/]+)/)?.[1] ?? null;

function held() {
  const feed = state.feeds.get(roomOf(window.location.pathname) ?? "");
  return feed?.ready && !feed.beginning && feed.rev ? { room: feed.id, rev: feed.rev } : null;
}

/** @param {import("$/utils/context-registry").BootEvent[]} events */
function saying(events) {
  const place = held();
  const last = events[events.length - 1];
  if (place) last.payload = { ...last.payload, held: place };
  return events;
}

/** Add the held room to the events with which Reflex comes to a page. */
export function sayWhatIsHeld() {
  const { initialEvents, onLoadInternalEvent } = app;
  app.initialEvents = (first) => {
    state.roomsDoubted = true; // what was told while there was no connection is missed
    return saying(initialEvents(first));
  };
  app.onLoadInternalEvent = () => saying(onLoadInternalEvent());
}
