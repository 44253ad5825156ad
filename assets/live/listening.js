// Listens to the live connection from the first on. The scripts that show the feed come with the pages that have it; what is told
// before they are here is kept for them, and has them loaded.

import { Socket } from "socket.io-client";
import { makeStore } from "../store.js";

const GRACE = 1_000; // ms for a lost connection to come back before its person is told
const PATIENCE = 5_000; // ms for the first connection: an attempt on a server that says nothing only fails after 20 s

/** @type {Socket | undefined} */
let socket;
/** @type {Op[]} */
const early = [];
let noted = false; // whether the connection was made, or lost, before somebody heard it
let load = () => {};
/** @type {{ receive: (ops: Op[]) => void, noteWhetherOnline: (refused?: boolean) => void } | undefined} */
let hearer;

const feed = makeStore({ Feed: /** @type {import("react").ComponentType<{ substate: string }> | null} */ (null) });
export const useFeedComponent = () => feed.use("Feed");

/** The component that joins the feed to React, once it is here. @param {NonNullable<ReturnType<typeof useFeedComponent>>} Feed */
export const haveFeed = (Feed) => feed.set({ Feed });

/** @param {() => void} loadFeed */
export const whenTold = (loadFeed) => {
  load = loadFeed;
};

export const isConnected = () => !!socket?.connected;

/** Close the connection, which is then made anew. */
export const hangUp = () => socket?.io.engine.close();

/** Hear what is told from now on, and what has been until now. @param {NonNullable<typeof hearer>} by */
export function hear(by) {
  hearer = by;
  if (early.length) by.receive(early.splice(0));
  if (noted) by.noteWhetherOnline(!isConnected());
}

/** @param {Op[]} ops */
function receive(ops) {
  if (hearer) return hearer.receive(ops);
  early.push(...ops);
  load();
}

function noteWhetherOnline(refused = false) {
  noted = true;
  hearer?.noteWhetherOnline(refused);
}

// Reflex hands on the updates of states alone. Ops come by an event of their own, which costs less; each socket listens to it before it
// connects. Whether it is connected is asked of the socket itself: Reflex renders that later, when the browser may be offline already.
const { connect } = Socket.prototype;
Socket.prototype.connect = function () {
  socket = this;
  if (!this.hasListeners("o")) {
    this.on("o", (/** @type {Op[]} */ ...ops) => receive(ops));
    this.on("connect", () => noteWhetherOnline()).on("connect_error", () => noteWhetherOnline(true));
    this.on("disconnect", () => setTimeout(noteWhetherOnline, GRACE));
    setTimeout(noteWhetherOnline, PATIENCE);
  }
  return connect.call(this);
};
