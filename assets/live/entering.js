// Apply a room's full state from the server: on arrival, and after a gap.

import { answered } from "./asking.js";
import { askSync, isNews, settle } from "./catching_up.js";
import { furthest } from "./listing.js";
import { takeOwn } from "./own.js";
import { find } from "./past.js";
import { appearAs, takeMembers } from "./people.js";
import { noteMark } from "./pins_and_stars.js";
import { isLoaded, put, putInPast } from "./putting.js";
import { takeSeen } from "./receipts.js";
import { feedOf, state, tell } from "./store.js";
import { unreadIn } from "./unread.js";

/** @param {EnteredOp} op */
export function entered(op) {
  const feed = feedOf(op.room);
  takeRoom(feed, op);
  const isBehind = feed.ready && feed.rev < op.rev;
  const stays = isBehind && overlaps(feed, op.messages); // back after a while: what has changed meanwhile is asked for
  if (!feed.ready || (isBehind && !stays)) reset(feed, op.more);
  op.messages.forEach((message) => put(feed, message));
  if (stays) askSync(feed);
  else settle(feed, op.rev);
  feed.ready = true;
  feed.beginning = false;
  find(feed);
  beginUnread(feed);
}

/** @param {EnteredOp} op */
export function sync(op) {
  const feed = feedOf(op.room);
  answered(`sync ${feed.id}`);
  if (!feed.ready) return tell("send", "arrive", {}); // let go of since it was held
  takeRoom(feed, op);
  if (op.more) {
    reset(feed, true);
    feed.ready = false;
    tell("send", "arrive", {});
    return;
  }
  op.messages.forEach((message) => noteMark(feed, message));
  op.messages.filter((message) => isLoaded(feed, message)).forEach((message) => put(feed, message));
  op.messages.forEach((message) => putInPast(feed, message));
  appearAs(feed, op.members); // a name has no rev
  settle(feed, op.rev);
  find(feed);
  beginUnread(feed);
}

/** @param {MembersOp} op */
export function members(op) {
  const feed = feedOf(op.room);
  if (!feed.ready) return;
  takeMembers(feed, op, op.members.length);
  appearAs(feed, op.members);
}

/** @param {Feed} feed @param {EnteredOp} op */
function takeRoom(feed, op) {
  feed.absent = feed.removed = false;
  takeMembers(feed, op, op.people);
  if ((feed.heard.get("role") ?? 0) <= op.rev) feed.requests = op.requests;
  takeSeen(feed, op);
  takeOwn(feed, op);
  const known = state.rooms.get(op.room);
  const own = { role: known?.role ?? op.my.role, ...furthest(known ?? op.my, op.my) };
  state.rooms.set(op.room, isNews(feed, "room", op.rev) ? { ...known, ...op.my, ...own } : { ...op.my, ...known, ...own });
  takeRole(feed, op.rev, op.my.role, op.can);
}

/**
 * The person's role and permissions in the room. Returns whether they are the newest known ones.
 * @param {Feed} feed
 * @param {number} rev
 * @param {Role} role
 * @param {string[]} can
 */
export function takeRole(feed, rev, role, can) {
  if (!isNews(feed, "role", rev)) return false;
  feed.role = role;
  feed.can = new Set(feed.rights && feed.rights.rev > rev ? feed.rights.can[role] : can); // the room may have changed since
  const room = state.rooms.get(feed.id);
  if (room) state.rooms.set(feed.id, { ...room, role });
  return true;
}

/**
 * The permissions of each role in the room, from `rev` on.
 * @param {Feed} feed @param {number} rev @param {Can | undefined} can
 */
export function takeRights(feed, rev, can) {
  if (!can) return askSync(feed); // of a process of an older version
  feed.rights = { rev, can };
  const role = state.rooms.get(feed.id)?.role ?? feed.role;
  if (!role || rev < (feed.heard.get("role") ?? 0)) return;
  const before = feed.can;
  feed.can = new Set(can[role]);
  // Join requests are sent only to members who may approve them.
  if (feed.can.has("manage_members") && !before.has("manage_members") && feed.ready && feed.id === state.current) askSync(feed);
}

/** @param {Feed} feed @param {boolean} more */
function reset(feed, more) {
  feed.messages = new Map();
  feed.more = more;
  feed.loadingOlder = false;
  feed.past = null; // what was missed there is not known
  if (feed.target) feed.target.found = false;
}

/** @param {Feed} feed @param {Message[]} messages */
function overlaps(feed, messages) {
  const newest = Math.max(...[...feed.messages.values()].map((message) => message.seq), 0);
  return !messages.length || messages[0].seq <= newest + 1;
}

/** Note where the unread begins, once for each visit. @param {Feed} feed */
export function beginUnread(feed) {
  const room = state.rooms.get(feed.id);
  if (feed.newAfter === undefined && room) feed.newAfter = unreadIn(room) ? room.read : null;
}
