// The announcements of new messages for screen readers: the author and the beginning, an answer once it is complete;
// for many messages, their number.

import { cut } from "../graphemes.js";
import { current } from "../i18n.js";
import { buildRows } from "../live/rows.js";
import { currentFeed } from "../live/store.js";
import { makeStore } from "../store.js";
import { saidIn } from "./quoting.js";

const SOON = 500; // ms in which what comes is said together
const PAUSE = 3000; // ms before more is said
const MOST = 2; // messages that are said one by one
const BEGINNING = 100; // characters

export const announced = makeStore({ text: "" });
export const useAnnounced = announced.use;

/** @typedef {{ room: string, keys: Set<string>, live: Set<string> }} Heard */
/** @type {Heard} */
let heard = { room: "", keys: new Set(), live: new Set() };
/** @type {Row[]} */
let waiting = [];
let timer = 0;

/** @param {string} room @param {Row[]} rows @returns {Heard} */
export const hearing = (room, rows) => ({
  room,
  keys: new Set(rows.map(({ key }) => key)),
  live: new Set(rows.filter(({ live }) => live).map(({ key }) => key)),
});

/**
 * The shown messages of others since `before`, and the completed answers. Pages of history are not announced.
 * @param {Heard} before
 * @param {Row[]} rows
 */
export function newsIn({ keys, live }, rows) {
  const first = keys.size ? rows.findIndex(({ key }) => keys.has(key)) : 0;
  const isNew = (/** @type {Row} */ { key, ai }) => !keys.has(key) || (ai && live.has(key));
  const isSaid = (/** @type {Row} */ row) => (row.ai ? row.status === "complete" : !row.own) && !row.deleted && !row.veiled;
  return first < 0 ? [] : rows.slice(first).filter((row) => isNew(row) && isSaid(row));
}

/**
 * Observe the shown messages of a room; nothing is announced for a room that has just been opened.
 * @param {string} room @param {Row[]} rows
 */
export function hear(room, rows) {
  const news = heard.room === room ? newsIn(heard, rows) : [];
  if (heard.room !== room) waiting = [];
  heard = hearing(room, rows);
  if (!news.length) return;
  waiting.push(...news);
  timer ||= setTimeout(say, SOON);
}

/** Look at the newest messages while others are shown, far in the past. */
export function hearNewest() {
  const feed = currentFeed();
  if (feed?.ready && feed.past) hear(feed.id, buildRows({ ...feed, past: null }));
}

function say() {
  timer = 0;
  if (waiting.length) put();
}

/**
 * Announce something at once, together with the waiting announcement: a later one would replace it before it is read
 * out.
 * @param {string} text
 */
export const announce = (text) => put(text);

/** @param {string[]} more */
function put(...more) {
  const text = [...(waiting.length ? [wordsFor(waiting)] : []), ...more].join("\n");
  waiting = [];
  clearTimeout(timer);
  timer = setTimeout(say, PAUSE);
  announced.set({ text: text === announced.get().text ? `${text}\u00a0` : text }); // or the same words would not be said again
}

/** @param {Row[]} rows */
function wordsFor(rows) {
  const t = current();
  const nameOf = (/** @type {Row} */ row) => (row.ai ? row.assistant || row.model || "AI" : row.author.name || t("people.gone"));
  const said = (/** @type {Row} */ row) => t(row.ai ? "room.heardAnswer" : "room.heard", { name: nameOf(row), text: cut(saidIn(row), BEGINNING) });
  return rows.length > MOST ? t("room.heardMany", { count: rows.length, name: nameOf(rows[rows.length - 1]) }) : rows.map(said).join("\n");
}
