// The feed as components see it: slices that keep their identity while nothing in them changes.

import { current as translate } from "$/public/i18n.js";
import { mentionsOf, unreadIn } from "./marks.js";
import { jumpOf } from "./past.js";
import { rank } from "./people.js";
import { receiptView } from "./receipts.js";
import { buildRows, modelLabel } from "./rows.js";
import { currentFeed, NONE, notify, on, state, view } from "./store.js";

on("changed", () => {
  const feed = currentFeed();
  const room = state.current ? (state.rooms.get(state.current) ?? beginning()) : null;
  set("me", state.me);
  set("models", state.models);
  set("roomsKnown", state.roomsKnown);
  set("rooms", sameList(view.rooms, [...state.rooms.values()].sort(byActivity).map(sidebarRow)));
  set("places", sameList(view.places, view.rooms.filter((row) => !row.direct)));
  set("directs", sameList(view.directs, view.rooms.filter((row) => row.direct)));
  set("presence", state.presence);
  set("room", sameObject(view.room, roomView(feed, room)));
  set("members", feed?.members ?? NONE);
  set("member", sameObject(view.member, memberView(feed, room)));
  set("requests", feed?.requests ?? NONE);
  set("bans", feed?.bans ?? NONE);
  set("links", feed?.links ?? NONE);
  set("inbox", state.inbox);
  set("pending", feed?.pending ?? NONE);
  set("groups", state.groups);
  set("asked", feed?.asked ?? NONE);
  set("rows", feed?.ready ? sameList(view.rows, buildRows(feed, state)) : []);
  set("pins", feed?.pins ? sameList(view.pins, feed.pins.map((message) => cardOf(message))) : NONE);
  set("pinsKnown", !!feed?.pins);
  set("starsKnown", !!state.stars);
  set("stars", sameList(view.stars, (state.stars ?? NONE).map(({ message, room, room_name }) => cardOf(message, room, room_name))));
  set("receipt", receiptView(feed, view.rows, view.receipt));
  set("typing", sameList(view.typing, feed ? typingIn(feed) : []));
  notify();
});

const typingIn = ({ typing }) => [...typing].filter(([id]) => !state.blocked.has(id)).map(([, who]) => who.name);

const upTo99 = (count) => (count > 99 ? "99+" : String(count || ""));

const beginning = () => (state.beginning?.id === state.current ? state.beginning : null);

export function setOnline(online) {
  if (view.online === online) return;
  view.online = online;
  notify();
}

const set = (name, value) => {
  view[name] = value;
};

const byActivity = (a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1);

const sameList = (before, now) =>
  before.length === now.length && now.every((item, i) => item === before[i]) ? before : now;

const sameObject = (before, now) =>
  before && now && Object.keys(now).every((key) => Object.is(before[key], now[key])) ? before : now;

const cards = new WeakMap();

/** A message in a list of marked ones. */
function cardOf(message, room = state.current, room_name = "") {
  const known = cards.get(message);
  if (known) return known;
  const { id, text, at, author, ai } = message;
  const name = ai ? modelLabel(state, ai.model) : (author?.name ?? "");
  const card = { id, room, room_name, text, at, ai: !!ai, name, author: author ?? { id: "", name: "", color: "slate", avatar: null, username: "" }, mentions: mentionsOf(message) };
  cards.set(message, card);
  return card;
}

function sidebarRow(room) {
  const here = room.id === state.current && document.hasFocus();
  const unread = here ? 0 : unreadIn(room);
  const mentions = here ? 0 : (room.mentions ?? NONE).filter((seq) => seq > room.read).length;
  const { direct, name, person, presence } = directPart(room);
  const row = {
    id: room.id,
    name,
    direct,
    person,
    presence: presence.state,
    href: `/r/${room.id}`,
    current: room.id === state.current,
    archived: room.archived,
    unread: upTo99(unread),
    mentions: upTo99(mentions),
  };
  return (room.row = sameObject(room.row, row));
}

/** The member whose card is open, and what one may do to them. */
function memberView(feed, room) {
  const member = feed?.members.find(({ id }) => id === state.member);
  if (!member) return null;
  const own = member.id === state.me?.id;
  return {
    ...member,
    own,
    can_manage: feed.can.has("manage_members") && rank(member.role) < rank(room?.role),
    can_succeed: feed.can.has("transfer_room") && !own,
  };
}

const NOBODY = { id: "", username: "", name: "", color: "slate", avatar: null };
const NOT_SEEN = { state: "", seen: "" };

/** A direct chat is called by the other one, who may be gone. */
function directPart(room) {
  if (room?.kind !== "direct") return { direct: false, name: room?.name ?? "", person: NOBODY, presence: NOT_SEEN };
  const person = room.peer ?? NOBODY;
  return { direct: true, name: person.name || translate()("people.gone"), person, presence: state.presence[person.id] ?? NOT_SEEN };
}

function roomView(feed, room) {
  if (!feed) return null;
  const { direct, name, person, presence } = directPart(room);
  return {
    id: feed.id,
    known: Boolean(room),
    ready: feed.ready && (feed.past?.ready ?? true),
    past: Boolean(feed.past),
    jump: jumpOf(feed),
    beginning: feed.beginning,
    absent: feed.absent,
    deleted: feed.deleted,
    removed: feed.removed,
    more: (feed.past ?? feed).more,
    loading_older: (feed.past ?? feed).loadingOlder,
    empty: feed.ready && feed.messages.size === 0 && feed.outbox.size === 0,
    name,
    direct,
    person,
    presence: presence.state,
    seen: presence.seen ?? "",
    closed: room?.closed ?? false,
    person_blocked: state.blocked.has(person.id),
    description: room?.description ?? "",
    archived: room?.archived ?? false,
    role: room?.role ?? "",
    rank: rank(room?.role),
    ai_rule: room?.ai_rule ?? "mentioned",
    ai_model: room?.ai_model || state.models[0]?.id || "",
    model_label: modelLabel(state, room?.ai_model || state.models[0]?.id),
    people: feed.members.length,
    slow: room?.slow_seconds ?? 0,
    join_approval: room?.join_approval ?? false,
    right_ask_ai: room?.ai_rights?.ask_ai ?? "",
    right_choose_model: room?.ai_rights?.choose_model ?? "",
    right_regenerate_any_answer: room?.ai_rights?.regenerate_any_answer ?? "",
    right_manage_ai: room?.ai_rights?.manage_ai ?? "",
    can_send: feed.can.has("send"),
    can_ask: feed.can.has("ask_ai"),
    can_choose_model: feed.can.has("choose_model"),
    can_manage_ai: feed.can.has("manage_ai"),
    can_invite: feed.can.has("invite"),
    can_regenerate_any: feed.can.has("regenerate_any_answer"),
    can_manage_members: feed.can.has("manage_members"),
    can_edit_room: feed.can.has("edit_room"),
    can_archive: feed.can.has("archive_room"),
    can_delete_room: feed.can.has("delete_room"),
    can_pin: feed.can.has("pin"),
  };
}
