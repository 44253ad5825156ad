// The ops: what the server tells, applied to the store.
//
// An op is applied by assignment (put this message, this room is now so), so order, doubling and batching do no harm. Each room
// counts its changes (`rev`); a number that is missing for a moment makes the tab ask for what it has missed.

import { attendAnew } from "./attention.js";
import { dropWants, noteMark, noteMention, pins, resendWants, settleWants, star, stars, takeStars } from "./marks.js";
import { isLive, refuse, settle as settleOutbox } from "./outbox.js";
import { arrived, find, known, leavePast, turned } from "./past.js";
import { appears, ranked } from "./people.js";
import { deliver, noteSaid, receipts, seen, takeSeen, unseen } from "./receipts.js";
import { changed } from "./slices.js";
import { feedOf, state, tell } from "./store.js";

const GAP_PATIENCE = 400; // ms to wait for an op that was overtaken, before asking
const SYNC_PATIENCE = 3000; // ms to wait for an answer to the question, before asking again
const TYPING_LASTS = 6000; // ms

export function receive(ops) {
  for (const op of ops) OPS[op.t]?.(op);
  changed();
}

const OPS = {
  me: ({ me }) => {
    state.me = me;
    tell("me", me);
  },
  models: ({ models, message_max }) => {
    state.models = models;
    state.messageMax = message_max;
  },
  rooms: ({ rooms }) => {
    const before = state.rooms;
    state.rooms = new Map(rooms.map((room) => [room.id, { ...before.get(room.id), ...room }]));
    state.roomsKnown = true;
    attendAnew();
    tell("arrived");
    resendWants();
    deliver();
  },
  entered,
  sync,
  older: (op) => (takeStars(feedOf(op.room), op), turned(feedOf(op.room), op, put)),
  newer: (op) => (takeStars(feedOf(op.room), op), turned(feedOf(op.room), op, put)),
  around: (op) => (takeStars(feedOf(op.room), op), arrived(feedOf(op.room), op, put)),
  message: ({ room, m }) => {
    const feed = feedOf(room);
    noteMention(room, m);
    noteNews(room, m.seq, m.at, m.author?.id);
    noteMark(feed, m);
    noteRev(feed, m.rev);
    if (!feed.ready || !isLoaded(feed, m)) return putInPast(feed, m);
    put(feed, m);
    putInPast(feed, m);
    noteSaid(feed, m);
    if (m.author) feed.typing.delete(m.author.id);
    tell("message", room, m);
  },
  stream,
  room: ({ room, rev, r }) => {
    const feed = feedOf(room);
    if (isNews(feed, "room", rev) && state.rooms.has(room)) Object.assign(state.rooms.get(room), r);
    noteRev(feed, rev);
    // What the person may do depends on the archive: the server says it.
    if (feed.ready && room === state.current) askSync(feed);
  },
  member: ({ room, rev, m }) => {
    const feed = feedOf(room);
    if (isNews(feed, m.id, rev)) feed.members = ranked([...feed.members.filter((other) => other.id !== m.id), m]);
    noteRev(feed, rev);
    tell("member", room);
  },
  member_left: ({ room, rev, user }) => {
    const feed = feedOf(room);
    if (isNews(feed, user, rev)) feed.members = feed.members.filter((member) => member.id !== user);
    feed.typing.delete(user);
    noteRev(feed, rev);
  },
  role: ({ room, rev, role, can }) => {
    const feed = feedOf(room);
    const known = state.rooms.get(room);
    if (!takeRole(feed, rev, role, can)) return;
    // Where the composer is locked by it, the sentence in its place says so.
    const seen = room === state.current && !feed.can.has("send");
    if (known && known.role !== role && !seen) tell("said", "members.yourRole", { role, room: known.name });
    if (feed.ready && room === state.current) askSync(feed); // for what is told to the role alone
  },
  requests: ({ room, people }) => {
    feedOf(room).requests = people;
  },
  bans: ({ room, people }) => {
    feedOf(room).bans = people;
  },
  person: ({ who }) => {
    state.feeds.forEach((feed) => appears(feed, who));
    for (const room of state.rooms.values()) if (room.peer?.id === who.id) room.peer = who;
  },
  blocked: ({ users }) => {
    state.blocked = new Set(users);
  },
  presence: ({ people }) => {
    state.presence = { ...state.presence, ...Object.fromEntries(people.map(({ id, ...presence }) => [id, presence])) };
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
  news: ({ room, seq, at, author, mentions, mentions_all }) => {
    noteMention(room, { seq, author: { id: author }, mentions: mentions?.map((id) => ({ id })), mentions_all });
    noteNews(room, seq, at, author);
  },
  pins,
  stars,
  star,
  seen,
  unseen,
  receipts,
  read: ({ room, seq }) => {
    const known = state.rooms.get(room);
    if (known) known.read = Math.max(known.read, seq);
  },
  joined: ({ room }) => {
    if (!state.rooms.has(room)) tell("send", "arrive", {});
  },
  left: ({ room, removed }) => {
    forget(room);
    feedOf(room).removed = !!removed;
  },
  turned_away: ({ room, name }) => tell("turnedAway", room) || tell("said", "join.turnedAwayFrom", { name }),
  gone: ({ room }) => {
    forget(room);
    feedOf(room).deleted = true;
  },
  refused: (op) => refused(op),
  links: ({ room, links, made }) => {
    feedOf(room).links = links.map((link) => ({ ...link, address: location.origin + link.path, made: link.id === made }));
    if (made) tell("linkMade", feedOf(room).links.find((link) => link.made));
  },
  inbox: ({ invitations }) => {
    state.inbox = invitations.map(shown);
  },
  invitation: ({ i }) => {
    state.inbox = [shown(i), ...state.inbox.filter(({ id }) => id !== i.id)];
  },
  invitation_ended: ({ id: ended }) => {
    state.inbox = state.inbox.filter(({ id }) => id !== ended);
  },
  invited: ({ room }) => tell("invited", room),
  invitations: ({ room, pending, groups, asked }) => {
    const feed = feedOf(room);
    feed.pending = pending.map(shown);
    state.groups = groups;
    if (!asked.length) return;
    feed.asked = asked.map(({ outcome, person, address }) => ({ id: person?.id ?? address, outcome, name: person?.name ?? address }));
    tell("asked", room);
  },
  started: ({ nonce, room }) => tell("started", nonce, room),
  done: ({ dialog }) => tell("done", dialog),
  signed_out: () => tell("signedOut"),
};

const shown = (invitation) => ({ ...invitation, inviter: invitation.inviter?.name ?? "" });

function entered(op) {
  const feed = feedOf(op.room);
  takeRoom(feed, op);
  takeStars(feed, op);
  if (feed.ready && feed.rev < op.rev && overlaps(feed, op.messages)) {
    // Back after a while: what is shown stays, and what has changed meanwhile is asked for.
    op.messages.forEach((message) => put(feed, message));
    askSync(feed);
  } else {
    if (!feed.ready || feed.rev < op.rev) reset(feed, op.more);
    op.messages.forEach((message) => put(feed, message));
    settle(feed, op.rev);
  }
  feed.ready = true;
  feed.beginning = false;
  find(feed);
  beginUnread(feed);
}

function sync(op) {
  const feed = feedOf(op.room);
  feed.syncing = 0;
  takeRoom(feed, op);
  if (op.more) {
    reset(feed, true);
    feed.ready = false;
    tell("send", "arrive", {});
    return;
  }
  takeStars(feed, op);
  op.messages.filter((message) => isLoaded(feed, message)).forEach((message) => put(feed, message));
  op.messages.forEach((message) => putInPast(feed, message));
  settle(feed, op.rev);
  if (feed.heard.get("room") > op.rev) askSync(feed); // it changed again meanwhile
}

function takeRoom(feed, op) {
  feed.absent = feed.removed = false;
  // What was heard of since the server looked is newer than what it saw.
  const newer = ({ id }) => (feed.heard.get(id) ?? 0) > op.rev;
  feed.members = [...op.members.filter((member) => !newer(member)), ...feed.members.filter(newer)];
  feed.requests = op.requests;
  takeSeen(feed, op);
  const known = state.rooms.get(op.room);
  const role = known?.role ?? op.my.role;
  state.rooms.set(op.room, isNews(feed, "room", op.rev) ? { ...known, ...op.my, role } : { ...op.my, ...known });
  takeRole(feed, op.rev, op.my.role, op.can);
}

/** What the person is in the room, and may do there. Returns whether it is the newest that was heard of that. */
function takeRole(feed, rev, role, can) {
  if (!isNews(feed, "role", rev)) return false;
  feed.can = new Set(can);
  const room = state.rooms.get(feed.id);
  if (room) state.rooms.set(feed.id, { ...room, role });
  return true;
}

function reset(feed, more) {
  feed.messages = new Map();
  feed.more = more;
  feed.past = null; // what was missed there is not known
  if (feed.target) feed.target.found = false;
}

function settle(feed, rev) {
  feed.rev = Math.max(feed.rev, rev);
  feed.ahead.forEach((seen) => seen <= feed.rev && feed.ahead.delete(seen));
  if (feed.missed > feed.rev) askSync(feed);
  feed.missed = 0;
}

// Whether a message is among the pages that are loaded: an older one comes with its page, else what lies between would be missing.
const isLoaded = (feed, { seq }) => !feed.more || [...feed.messages.values()].some((message) => message.seq <= seq);

function overlaps(feed, messages) {
  const newest = Math.max(...[...feed.messages.values()].map((message) => message.seq), 0);
  return !messages.length || messages[0].seq <= newest + 1;
}

function beginUnread(feed) {
  const room = state.rooms.get(feed.id);
  if (feed.newAfter === undefined && room) feed.newAfter = room.seq > room.read ? room.read : null;
}

function put(feed, message, messages = feed.messages) {
  const before = messages.get(message.id);
  if (before && before.rev > message.rev) return;
  settleOutbox(feed, message);
  if (before && isLive(message.ai) && before.ai?.run === message.ai.run && before.text.length > message.text.length) {
    message = { ...message, text: before.text };
  }
  messages.set(message.id, message);
  settleWants(feed, message);
}

function putInPast(feed, message) {
  if (feed.past?.messages.has(message.id)) put(feed, message, feed.past.messages);
}

function stream({ room, id, run, at, text }) {
  const feed = state.feeds.get(room);
  if (!feed?.ready) return;
  const message = known(feed, id);
  if (!message || message.ai?.run !== run || at > message.text.length) {
    askSync(feed);
    return;
  }
  const more = text.slice(message.text.length - at);
  const grown = { ...message, text: message.text + more, ai: { ...message.ai, status: "streaming" } };
  for (const messages of [feed.messages, feed.past?.messages]) if (more && messages?.has(id)) messages.set(id, grown);
}

// Whether this is the newest that was heard of a thing; ops may overtake one another between server processes.
function isNews(feed, thing, rev) {
  if (rev < (feed.heard.get(thing) ?? 0)) return false;
  feed.heard.set(thing, rev);
  return true;
}

function noteRev(feed, rev) {
  if (!feed.ready) {
    feed.missed = Math.max(feed.missed, rev); // what it said was not kept: `settle` will ask for it
    return;
  }
  if (rev <= feed.rev) return;
  feed.ahead.add(rev);
  while (feed.ahead.delete(feed.rev + 1)) feed.rev += 1;
  if (feed.ahead.size && !feed.waiting) watchGap(feed, GAP_PATIENCE);
}

// Ask for what is missing, and again while no answer comes.
function watchGap(feed, patience) {
  feed.waiting = true;
  setTimeout(() => {
    feed.waiting = false;
    if (!feed.ahead.size) return;
    askSync(feed);
    watchGap(feed, SYNC_PATIENCE);
  }, patience);
}

function askSync(feed) {
  if (Date.now() - feed.syncing < SYNC_PATIENCE) return;
  feed.syncing = Date.now();
  tell("send", "sync", { room: feed.id, rev: feed.rev });
}

function noteNews(id, seq, at, author) {
  const room = state.rooms.get(id);
  if (!room && state.roomsKnown) tell("send", "arrive", {}); // the first word in a direct chat that another has begun
  if (!room || seq <= room.seq) return;
  room.seq = seq;
  room.at = at;
  if (author && author === state.me?.id) room.read = seq;
  else deliver();
}

function forget(id) {
  state.rooms.delete(id);
  const feed = feedOf(id);
  feed.ready = false;
  feed.absent = true;
  feed.messages = new Map();
}

function refused(op) {
  if (op.code === "not_signed_in") return tell("signedOut");
  dropWants(op.about);
  if (refuse(op)) return;
  const feed = state.current ? feedOf(state.current) : null;
  if (feed?.past && !feed.past.ready && op.about === feed.target?.id) leavePast(feed);
  if (op.code === "room_not_found" && op.about === state.current) {
    feedOf(op.about).absent = true;
    return;
  }
  tell("refused", op);
}
