// The feed as components see it: slices that keep their identity while nothing in them changes.

import { mentionsOf } from "./mentions.js";
import { isLive } from "./outbox.js";
import { jumpOf } from "./past.js";
import { modelLabel, NOBODY, peopleIn, rank } from "./people.js";
import { receiptView } from "./receipts.js";
import { buildRows } from "./rows.js";
import { PERMISSIONS, UNSAID } from "../rules.js";
import { sameList, sameObject } from "../store.js";
import { calledBy, sidebarSlices } from "./sidebar.js";
import { canAsk, currentFeed, display, NONE, on, state, view } from "./store.js";

on("changed", () => {
  const feed = currentFeed();
  const room = state.current ? (state.rooms.get(state.current) ?? beginning()) : null;
  display({ ...slicesOfAll(), ...slicesOfRoom(feed, room) });
});

/** What the store keeps stands in a slice of the same name, unless another of that name follows. */
function slicesOfAll() {
  const { offered: models, announcement, announcementSeen, stars } = state;
  return {
    ...state,
    ...sidebarSlices(),
    models,
    announcement: announcement?.id === announcementSeen && announcement?.dismissible ? null : announcement,
    choice: models.find(({ id }) => id === state.choice) ?? models[0] ?? null,
    starsKnown: !!stars,
    stars: sameList(view.stars, (stars ?? NONE).map(({ message, room, room_name }) => cardOf(message, room, room_name))),
  };
}

/** @param {Feed | null} feed @param {Room | null} room */
function slicesOfRoom(feed, room) {
  const { members = NONE, requests = NONE, bans = NONE, links = NONE, pending = NONE, asked = NONE, pins = null } = feed ?? {};
  const rows = feed?.ready ? sameList(view.rows, buildRows(feed)) : NONE;
  return {
    members, requests, bans, links, pending, asked, rows,
    room: sameObject(view.room, roomView(feed, room)),
    member: sameObject(view.member, memberView(feed)),
    pins: pins ? sameList(view.pins, pins.map((message) => cardOf(message))) : NONE,
    pinsKnown: !!pins,
    stuck: isStuck(rows),
    receipt: receiptView(feed, rows, view.receipt),
    typing: sameList(view.typing, feed ? typingIn(feed) : NONE),
  };
}

/** Whether the last thing said is an answer that failed, or that the person rated down. @param {Row[]} rows */
function isStuck(rows) {
  const last = rows[rows.length - 1];
  return !!last?.ai && (last.status === "failed" || last.rated === "down");
}

/** @param {Feed} feed */
const typingIn = ({ typing }) => [...typing].filter(([id]) => !state.blocked.has(id)).map(([, who]) => who.name);

const beginning = () => (state.beginning?.id === state.current ? state.beginning : null);

/** @param {boolean} online */
export function setOnline(online) {
  if (view.online !== online) display({ online });
}

/** @type {WeakMap<Message, Card>} */
const cards = new WeakMap();

/**
 * A message in a list of marked ones.
 * @param {Message} message
 * @param {string} [room]
 * @param {string} [room_name]
 * @returns {Card}
 */
function cardOf(message, room = state.current ?? "", room_name = "") {
  const known = cards.get(message);
  if (known) return known;
  const { id, text, at, author, ai } = message;
  const name = ai ? (ai.assistant?.name ?? modelLabel(ai.model)) : (author?.name ?? "");
  const card = { id, room, room_name, text, at, ai: !!ai, name, author: author ?? NOBODY, mentions: mentionsOf(message) };
  cards.set(message, card);
  return card;
}

/**
 * The person whose card is open; a person who is not a member has no role.
 * @param {Feed | null} feed @returns {View["member"]}
 */
function memberView(feed) {
  const member = feed?.members.find(({ id }) => id === state.member) ?? (state.author && { ...state.author, role: "" });
  return feed && member && { ...member, blocked: state.blocked.has(member.id), opened: state.opened };
}

/** The newest answer that is being written for the person, unless they have stopped it; empty for none. @param {Feed} feed */
function answering({ beginning, messages, outbox, can }) {
  if (beginning || !can.has("ask_ai")) return "";
  const own = [...messages.values()].filter(({ id, ai }) => isLive(ai) && ai?.asker?.id === state.me?.id && outbox.get(id)?.handler !== "stop");
  return own.sort((a, b) => b.seq - a.seq)[0]?.id ?? "";
}

const APPROVERS_MAX = 3; // people who are named

/** @type {string[]} */
let approvers = NONE;

/**
 * The names of the people who may approve tool calls; none if they are too many.
 * @param {Feed} feed @param {string} [right] @returns {string[]}
 */
function approversIn({ members }, right) {
  const found = [];
  for (const member of right ? members : NONE) {
    if (rank(member.role) < rank(right)) break; // the highest role comes first
    if (found.push(member.name) > APPROVERS_MAX) return NONE;
  }
  return found;
}

/** @typedef {"send" | "ask_ai" | "edit_room"} Asked the rights that scripts look at; pages in Python look at all */

/** @param {Set<string>} can @returns {Partial<Record<`can_${Asked}`, boolean>>} */
const rightsOf = (can) => Object.fromEntries(PERMISSIONS.master.map((right) => [`can_${right}`, can.has(right)]));

/** @param {Feed | null} feed @param {Room | null} room */
export function roomView(feed, room) {
  if (!feed) return null;
  const { name, person, presence } = calledBy(room);
  const { id, past, beginning, absent, deleted, removed, can } = feed;
  const said = /** @type {Required<Room>} */ ({ ...UNSAID, role: "", seq: 0, ...room });
  const { description, archived, closed, role, ai_rule, ai_tools, ai_assistant: assistant, ai_parameters: parameters, ai_rights, join_approval, newcomers_see, kind, parent, slow_seconds, keeps_days, sees_after, assisted } = said;
  const model = said.ai_model || state.models[0]?.id || "";
  const fallback = said.ai_fallback_model ?? "";
  const { more, loadingOlder: loading_older } = past ?? feed;
  return {
    ...rightsOf(can),
    can_ask_ai: canAsk(feed),
    id, beginning, absent, deleted, removed, more, loading_older, name, person,
    description, archived, closed, role, ai_rule, ai_tools, ai_rights, join_approval, newcomers_see, kind, parent, slow_seconds, keeps_days, sees_after, assisted,
    known: Boolean(room),
    ready: feed.ready && (past?.ready ?? true),
    past: Boolean(past),
    jump: jumpOf(feed),
    empty: feed.ready && feed.messages.size === 0 && feed.outbox.size === 0,
    presence: presence.state,
    seen: presence.seen ?? "",
    person_blocked: state.blocked.has(person.id),
    ai_model: model,
    ai_unpaid: ai_rule === "helpful" && state.billed && (said.payer === "asker" || (said.payer === "owner" && kind === "direct")),
    model_label: assistant?.name ?? modelLabel(model),
    ai_assistant: assistant?.id ?? "",
    ai_fallback_model: fallback,
    fallback_other: state.offered.some((each) => each.id === fallback) ? "" : modelLabel(fallback),
    temperature: String(parameters.temperature ?? ""),
    max_tokens: String(parameters.max_tokens ?? ""),
    effort: parameters.reasoning_effort ?? "",
    people: peopleIn(feed),
    help: said.help,
    help_by: said.help_by ?? "",
    helper: feed.members.find(({ id }) => id === said.help_by)?.name ?? "",
    begun: said.seq > 0,
    approvers: (approvers = sameList(approvers, approversIn(feed, ai_rights.approve_tools))),
    answering: answering(feed),
  };
}
