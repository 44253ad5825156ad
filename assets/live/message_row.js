// The row of one message, and of lines about the room that are shown as one.

import { answerPart } from "./answer_row.js";
import { branchPart, lookedAt } from "./branches.js";
import { fileRows } from "./files.js";
import { told } from "./lines.js";
import { marksOf } from "./marks.js";
import { modelLabel, NOBODY } from "./people.js";
import { ratingOf } from "./ratings.js";
import { isAside } from "./sidebar.js";
import { sameList, sameObject } from "../store.js";
import { NONE, state } from "./store.js";
import { translationOf } from "./translations.js";

/** @type {Omit<Row, "key" | "id" | "at">} */
export const BLANK = {
  text: "", author: NOBODY,
  own: false, fresh: false, missed: 0, day: "", head: true, veiled: false, edited: false, deleted: false, pending: "", change: "", refused: "", limit: 0, error: "",
  ai: false, live: false, waiting: false, before: 0, status: "", model: "", instead: "", assistant: "", assistant_id: "", assistant_picture: null, asker: "", tokens: 0, drawing: false, cost: 0, reasoning: "", seconds: 0, thinking: false, calls: NONE, reply: null,
  can_edit: false, can_delete: false, can_reply: false, can_stop: false, can_regenerate: false, can_continue: false, outdated: false,
  pinned: false, hidden: false, pinned_for_ai: false, starts: false, summarised: false, beside: false, can_hide: false, can_pin_for_ai: false, starred: false, reactions: NONE, mentions: NONE, calls_me: false, can_react: false, can_pin: false,
  branches: 1, place: 1, viewed: "", viewing: false, can_rate: false, rated: "", can_publish: false, translation: "", translator: "", translating: false, files: NONE,
  event: "", names: NONE, more: 0, what: "",
};

/** Lines that are shown as one, by the last of them: older ones may come before. @param {Message[]} lines @param {string} day @param {Feed} feed */
export function lineRow(lines, day, feed) {
  const message = lines[lines.length - 1];
  const what = told(lines);
  const made = () => ({ ...BLANK, ...what, key: message.id, id: message.id, at: message.at, author: message.author ?? NOBODY, day });
  return keptRow(feed, message.id, message, { day }, [what.more, ...what.names], made);
}

/** The row of a message as it was, unless that, its place, or something else on which it `depends` is another. @param {Feed} feed @param {string} key @param {Message} message @param {object} placed @param {unknown[]} depends @param {() => Row} made @returns {Row} */
export function keptRow(feed, key, message, placed, depends, made) {
  const kept = feed.cache.get(key);
  if (kept?.message === message && sameList(kept.depends, depends) === kept.depends && sameObject(kept.placed, placed) === kept.placed) return kept.row;
  const row = made();
  feed.cache.set(key, { message, placed, depends, row });
  return row;
}

/**
 * @param {string} key
 * @param {Message} message
 * @param {PlacedRow} place
 * @param {Feed} feed
 * @returns {Row}
 */
export function messageRow(key, message, { quotesVeiled, ...placed }, feed) {
  const { can } = feed;
  const ai = message.ai ? answerPart(message, message.ai, feed) : null;
  return {
    ...BLANK,
    ...placed,
    key,
    id: message.id,
    text: message.text,
    at: message.at,
    edited: !!message.edited,
    deleted: !!message.deleted,
    files: message.deleted ? NONE : fileRows(message.attachments, message.ai?.drawing && message.text),
    author: message.author ?? NOBODY,
    reply: (!message.deleted && message.reply && quote(message.reply, quotesVeiled)) || null,
    can_edit: placed.own && !message.deleted && can.has("send"),
    can_delete: !message.deleted && !ai?.live && ((placed.own && can.has("send")) || can.has("delete_any_message")),
    can_reply: !message.deleted && can.has("send"),
    ...marksOf(feed, message),
    ...ai,
    ...(message.ai && branchPart(feed, message)),
    rated: ratingOf(feed, message),
    ...translatedPart(message),
    can_publish: isAside(state.rooms.get(feed.id)) && !message.deleted && !ai?.live && (!!message.attachments?.length || (!!message.text && !ai?.drawing)),
    can_rate: !!ai && !message.deleted && (ai.live ? !!lookedAt(feed, message.id) : !!message.text),
  };
}

/** @param {Message} message */
function translatedPart(message) {
  const found = translationOf(message);
  return found && { translation: found.text, translator: modelLabel(found.model), translating: !found.text };
}

/** What is quoted, an answer under its model's name, as it has it itself. @param {Quote} reply @param {boolean} veiled */
function quote(reply, veiled) {
  if (veiled) return { ...reply, text: "", veiled };
  if (reply.seq === 0) return { ...reply, hidden: true }; // from before this person sees messages
  return reply.ai ? { ...reply, author: reply.author ?? modelLabel(reply.model) } : reply;
}
