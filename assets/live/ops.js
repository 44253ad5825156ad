// Apply the server's ops to the store.
//
// An op is applied by assignment (put this message, this room is now so), so order, doubling and batching do no harm.

import { aside, asidesOf } from "./asides.js";
import { translated } from "./translations.js";
import { ASSISTANTS } from "./assistants.js";
import { showBrand } from "./brand.js";
import { branch } from "./branches.js";
import { comeTo, isNews, noteRev, resync } from "./catching_up.js";
import { entered, members, sync, takeRights, takeRole } from "./entering.js";
import { INVITATIONS } from "./inviting.js";
import { isLive } from "./outbox.js";
import { expand, kept } from "./expand.js";
import { forget, listed, rooms, wantRoom } from "./listing.js";
import { noteMention } from "./mentions.js";
import { nameAnew, noteNews, noteOwn } from "./news.js";
import { rated, star } from "./own.js";
import { around, turned } from "./pages.js";
import { known } from "./past.js";
import { appears, countPeople, ranked } from "./people.js";
import { noteMark } from "./pins_and_stars.js";
import { isLoaded, put, putInPast, reasoning, stream, waits } from "./putting.js";
import { noteSaid, receipts, seen, unseen } from "./receipts.js";
import { refused } from "./refusals.js";
import { changed, feedOf, NONE, says, saysOfRoom, state, tell } from "./store.js";
import { toolCall } from "./tool_calls.js";
import { noteUncounted, tookUnread } from "./unread.js";

const TYPING_LASTS = 6000; // ms

/** @param {Op[]} ops */
export function receive(ops) {
  state.heard += 1;
  for (const op of ops) {
    const whole = expand(op);
    if (whole) HANDLERS[whole.t]?.(whole);
  }
  changed();
}

/** @type {Handlers<keyof Ops>} */
const OPS = {
  me: says("me"),
  favorite_models: says("favoriteModels", "models"),
  reports: says("reports", "pending"),
  sign_ups: says("signUps", "waiting"),
  policy: ({ off, keeps, announcement, seen, brand }) => {
    showBrand(brand);
    state.off = off;
    state.keeps = keeps;
    state.announcement = announcement;
    state.announcementSeen = seen ?? state.announcementSeen;
  },
  dismissed: says("announcementSeen", "announcement"),
  stars: says("stars"),
  pins: saysOfRoom("pins"),
  requests: saysOfRoom("requests", "people"),
  bans: saysOfRoom("bans", "people"),
  models: ({ models, message_max: messageMax, drawers, dictates, speaks, counts, billed, support_joins }) => {
    const offered = models.filter(({ locked }) => !locked);
    Object.assign(state, { models, offered, drawers, dictates, speaks, counts, messageMax, billed: !!billed, supportJoins: !!support_joins });
  },
  forecast: (op) => tell("forecast", op),
  rooms,
  listed,
  entered,
  sync,
  members,
  older: turned,
  newer: turned,
  around,
  message: ({ room, m }) => {
    const feed = feedOf(room);
    noteMention(room, m);
    noteUncounted(room, m);
    noteNews(room, m.seq, m.at, m.author?.id, !!m.event);
    if (!m.event && !known(feed, m.id)) noteOwn(room, m.seq, m.author?.id);
    noteMark(feed, m);
    noteRev(feed, m.rev);
    if (!feed.ready || !isLoaded(feed, m)) return putInPast(feed, m);
    put(feed, m);
    putInPast(feed, m);
    if (!m.event) noteSaid(feed, m);
    if (m.ai && room === state.current && !isLive(m.ai)) state.balanced += 1; // its usage is counted
    if (m.author) feed.typing.delete(m.author.id);
    if (m.seq === 1 && state.rooms.get(room)?.kind === "direct") tell("send", "look", { room }); // from now on one may see it
  },
  kept,
  stream,
  waits,
  reasoning,
  rev: comeTo,
  passed: ({ room, rev }) => noteRev(feedOf(room), rev),
  room: ({ room, rev, r, can }) => {
    const feed = feedOf(room);
    if (isNews(feed, "room", rev)) {
      const known = state.rooms.get(room);
      if (known?.names?.length && known.name !== r.name) known.names = NONE; // it has got a name
      Object.assign(known ?? {}, r);
      takeRights(feed, rev, can);
    }
    noteRev(feed, rev);
  },
  member: ({ room, rev, m, joined }) => {
    const feed = feedOf(room);
    if (joined) countPeople(feed, rev, 1);
    if (isNews(feed, m.id, rev)) feed.members = ranked([...feed.members.filter((other) => other.id !== m.id), m]);
    noteRev(feed, rev);
    nameAnew(room);
    tell("member", room);
  },
  member_left: ({ room, rev, user }) => {
    const feed = feedOf(room);
    countPeople(feed, rev, -1);
    if (isNews(feed, user, rev)) feed.members = feed.members.filter((member) => member.id !== user);
    feed.typing.delete(user);
    noteRev(feed, rev);
    nameAnew(room);
  },
  role: ({ room, rev, role, can, requests }) => {
    const feed = feedOf(room);
    const known = state.rooms.get(room);
    if (!takeRole(feed, rev, role, can)) return;
    feed.requests = requests ?? feed.requests; // an older process does not send them
    // Where the composer is locked by it, the sentence in its place says so.
    const seen = room === state.current && !feed.can.has("send");
    if (known && known.role !== role && !seen) tell("toast", "members.yourRole", { role, room: known.name });
  },
  person: ({ who }) => {
    state.feeds.forEach((feed) => appears(feed, who));
    for (const room of state.rooms.values()) if (room.peer?.id === who.id) room.peer = who;
  },
  blocked: ({ users }) => {
    state.blocked = new Set(users);
  },
  presence: ({ people }) => {
    state.presence = { ...(state.presenceKnown && state.presence), ...Object.fromEntries(people.map(({ id, ...presence }) => [id, presence])) };
    state.presenceKnown = true;
  },
  typing: ({ room, who }) => {
    if (who.id === state.me?.id) return;
    const { typing } = feedOf(room);
    clearTimeout(typing.get(who.id)?.timer);
    const timer = setTimeout(() => {
      typing.delete(who.id);
      changed();
    }, TYPING_LASTS);
    typing.set(who.id, { name: who.name, timer });
  },
  news: ({ room, seq, at, author, deleted, line, mentions, mentions_all }) => {
    noteUncounted(room, { seq, deleted, line });
    noteMention(room, { seq, author: author === null ? null : { id: author }, mentions: mentions?.map((id) => ({ id })), mentions_all });
    noteNews(room, seq, at, author, line);
    if (!line && !deleted) noteOwn(room, seq, author);
  },
  star,
  rated,
  branch,
  tool_call: toolCall,
  seen,
  unseen,
  receipts,
  read: ({ room, seq, unread }) => {
    const known = state.rooms.get(room);
    if (unread) tookUnread(room, seq);
    else if (known) known.read = Math.max(known.read, seq);
    if (known && (unread || known.older_deleted)) wantRoom(room, "unread"); // for what counts of what is unread now
  },
  balance: () => {
    state.balanced += 1;
    tell("balance");
  },
  budget: ({ scope, name, percent }) => tell("toast", `budgets.reached.${scope}`, { name, percent }),
  site: says("may"),
  help: ({ waiting }) => {
    state.help = waiting;
    state.helped += 1;
  },
  favorite: ({ room, on }) => {
    const known = state.rooms.get(room);
    if (known) known.favorite = on;
  },
  joined: ({ room }) => {
    if (state.rooms.has(room)) return;
    if (room === state.current) tell("send", "arrive", {});
    else wantRoom(room, "joined");
  },
  left: ({ room, removed }) => end(room, { removed: !!removed }),
  join_declined: ({ room, name }) => tell("turnedAway", room) || tell("toast", "join.turnedAwayFrom", { name }),
  gone: ({ room }) => {
    const { parent } = state.rooms.get(room) ?? {};
    if (parent && room === state.current) tell("navigate", `/r/${parent}`);
    end(room, { deleted: true });
  },
  refused,
  ...INVITATIONS,
  prompts: ({ prompts, more }) => {
    state.prompts = prompts;
    tell("prompts", more);
  },
  prompt: (op) => tell("prompt", op),
  ...ASSISTANTS,
  aside,
  translated,
  started: ({ nonce, room }) => tell("started", nonce, room),
  done: ({ dialog }) => tell("done", dialog),
  once: (op) => tell("once", op),
  toast: ({ key, values }) => tell("toast", key, values),
  signed_out: () => tell("signedOut"),
  resync,
};

/** Forget a room, and its aside. @param {string} room @param {Partial<Feed>} why */
function end(room, why) {
  for (const id of [room, ...asidesOf(room)]) {
    forget(id);
    Object.assign(feedOf(id), why);
  }
}

/** @type {Record<string, (op: any) => unknown>} */
const HANDLERS = OPS;
