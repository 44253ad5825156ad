// Pages of the history that have come: before, after or around the messages that are shown.

import { takeOwn } from "./own.js";
import { least, leavePast, most } from "./past.js";
import { put } from "./putting.js";
import { feedOf } from "./store.js";

/** The page around the message that was looked for. @param {PageOp} op */
export function around(op) {
  const feed = feedOf(op.room);
  const { past, target } = feed;
  takeOwn(feed, op);
  if (!past || past.ready || target?.id !== op.message) return;
  op.messages.forEach((message) => put(feed, message, past.messages));
  Object.assign(past, { ready: true, more: op.more });
  join(feed);
}

/** The page before or after what was shown: it belongs to the list that it was asked for. @param {PageOp} op */
export function turned(op) {
  const { messages, more, before, after } = op;
  const feed = feedOf(op.room);
  const { past } = feed;
  takeOwn(feed, op);
  if (past?.loadingNewer && after === most(past.messages)) {
    past.loadingNewer = false;
    messages.forEach((message) => put(feed, message, past.messages));
    if (!messages.length) leavePast(feed); // what it should lead to has gone
    else join(feed);
    return;
  }
  const list = past?.loadingOlder && before === least(past.messages) ? past : feed;
  list.loadingOlder = false;
  if (list === feed && feed.messages.size && before !== least(feed.messages)) return;
  messages.forEach((message) => put(feed, message, list.messages));
  list.more = more;
}

/** Make one list of both, where they meet. @param {Feed} feed */
function join(feed) {
  const { past } = feed;
  if (!past || (feed.messages.size && most(past.messages) < least(feed.messages) - 1)) return;
  for (const [id, message] of past.messages) if (!feed.messages.has(id)) feed.messages.set(id, message);
  feed.more = past.more;
  feed.past = null;
}
