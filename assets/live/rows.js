// What the message list shows: messages with what depends on their neighbours and on who looks, and with what was asked for as if done.

import { ANSWER_MAX, NOT_CONTINUED } from "../rules.js";
import { goesOn, told } from "./lines.js";
import { branchPart, lookedAt } from "./branches.js";
import { marksOf } from "./marks.js";
import { fileRows } from "./files.js";
import { isLive } from "./outbox.js";
import { shown } from "./past.js";
import { modelLabel, NOBODY } from "./people.js";
import { ratingOf } from "./ratings.js";
import { translationOf } from "./translations.js";
import { isAside } from "./sidebar.js";
import { NONE } from "./store.js";
import { callsOf, isCalling } from "./tool_calls.js";

/** @type {WeakMap<Asked, Row>} */
const pendingRows = new WeakMap();
/** @type {WeakMap<Asked, Row>} */
const firstAnswers = new WeakMap();
const GROUP = 5 * 60 * 1000; // ms from a head on, after which the same author's next message gets a head of its own

/** @param {Feed} feed @param {FeedState} state */
export function buildRows(feed, state) {
  const can = [...feed.can].join();
  const messages = [...shown(feed).values()].sort((a, b) => a.seq - b.seq);
  /** @type {Row[]} */
  const rows = [];
  /** @type {Placed | null} */
  let before = null;
  let since = ""; // the time of the last head
  let fresh = false;
  const cutoff = state.rooms.get(feed.id)?.ai_context_cutoff_at;
  let begun = !cutoff;
  const covered = state.rooms.get(feed.id)?.ai_summary_seq ?? 0;
  let isCovered = false; // whether what came before is what a summary covers
  /** @type {Message[]} */
  let lines = [];
  for (const [n, message] of messages.entries()) {
    if (message.seq <= covered) isCovered = true;
    if (message.event) {
      const together = sameDay(before, message) && goesOn(before, message);
      lines = together ? [...lines, message] : [message];
      const day = together ? rows.pop()?.day : sameDay(before, message) ? "" : message.at;
      rows.push(lineRow(lines, day ?? "", feed));
      before = message;
      continue;
    }
    const own = message.author?.id === state.me?.id;
    const veiled = isVeiled(message, feed, state);
    const quotesVeiled = !!message.reply && isVeiled(feed.messages.get(message.reply.id), feed, state);
    /** @type {boolean} */
    const first = !fresh && feed.newAfter != null && message.seq > feed.newAfter && (!own || feed.keptUnread);
    fresh ||= first;
    const missed = first ? (messages.at(-1)?.seq ?? 0) - (feed.newAfter ?? 0) : 0;
    const newDay = !sameDay(before, message);
    const beside = isBeside(messages[n - 1], message) || isBeside(message, messages[n + 1]);
    /** @type {boolean} */
    const sees = !begun && message.at >= (cutoff ?? "");
    const starts = sees && !!before; // above the first message of all it says nothing
    begun ||= sees;
    const summarised = isCovered && message.seq > covered;
    if (summarised) isCovered = false;
    const head = !before || newDay || first || starts || summarised || !follows(before, message, since);
    if (head) since = message.at;
    const key = message.nonce ?? message.id;
    const flags = `${veiled}|${quotesVeiled}|${own}|${first}|${missed}|${newDay}|${head}|${can}|${state.models.length}|${state.drawers.length}|${isAlone(feed)}|${answersBefore(message, feed, state)}|${feed.starred.has(message.id)}|${starts}|${summarised}|${beside}|${lookedAt(feed, message.id)?.n ?? 0}|${ratingOf(feed, message)}`;
    const translation = translationOf(message);
    const asked = feed.outbox.get(message.id);
    const wants = feed.wants.get(message.id);
    let cached = feed.cache.get(key);
    if (cached?.message !== message || cached.flags !== flags || cached.asked !== asked || cached.wants !== wants || cached.translation !== translation) {
      const row = messageRow(key, message, { own, fresh: first, missed, day: newDay ? message.at : "", head, starts, summarised, beside, veiled, quotesVeiled }, feed, state);
      cached = { message, flags, asked, wants, translation, row: asked ? { ...row, ...meanwhile(asked) } : row };
      feed.cache.set(key, cached);
    }
    rows.push(cached.row);
    before = message;
  }
  for (const pending of feed.past ? [] : feed.outbox.values()) {
    if (pending.handler !== "send" && pending.handler !== "start") continue;
    const row = pendingRows.get(pending) ?? pendingRow(pending, before, since, state.me);
    if (row.head) since = row.at;
    pendingRows.set(pending, row);
    rows.push(row);
    before = { author: state.me, at: pending.at };
  }
  if (feed.beginning && !messages.length) rows.push(firstAnswerRow(feed, state));
  return rows;
}

/**
 * Whether it is out of sight, because its author is blocked, until one asks to see it.
 * @param {Message | undefined} message
 * @param {Feed} feed
 * @param {FeedState} state
 */
const isVeiled = (message, feed, state) => !!message?.author && state.blocked.has(message.author.id) && !feed.revealed.has(message.id);

/** @param {string} at */
const dayOf = (at) => new Date(at).toDateString();

/** @param {Placed | null} before @param {Placed} message */
const sameDay = (before, message) => !!before && dayOf(before.at) === dayOf(message.at);

/** @param {Placed} before @param {Placed} message @param {string} since */
const follows = (before, message, since) =>
  !before.event &&
  !before.ai &&
  !message.ai &&
  !message.reply &&
  !before.deleted === !message.deleted &&
  before.author?.id === message.author?.id &&
  Date.parse(message.at) - Date.parse(since) < GROUP;

/** @type {Omit<Row, "key" | "id" | "text" | "at" | "author">} */
const BLANK = {
  own: false, fresh: false, missed: 0, day: "", head: true, veiled: false, edited: false, deleted: false, pending: "", change: "", refused: "", limit: 0, error: "",
  ai: false, live: false, waiting: false, before: 0, status: "", model: "", instead: "", assistant: "", assistant_id: "", assistant_picture: null, asker: "", tokens: 0, drawing: false, cost: 0, reasoning: "", seconds: 0, thinking: false, calls: NONE, reply: null,
  can_edit: false, can_delete: false, can_reply: false, can_stop: false, can_regenerate: false, can_continue: false, outdated: false,
  pinned: false, hidden: false, pinned_for_ai: false, starts: false, summarised: false, beside: false, can_hide: false, can_pin_for_ai: false, starred: false, reactions: NONE, mentions: NONE, calls_me: false, can_react: false, can_pin: false,
  branches: 1, place: 1, viewed: "", viewing: false, can_rate: false, rated: "", can_publish: false, translation: "", translator: "", translating: false, files: NONE,
  event: "", names: NONE, more: 0, what: "",
};

/** Lines that are shown as one, by the last of them: older ones may come before. @param {Message[]} lines @param {string} day @param {Feed} feed */
function lineRow(lines, day, feed) {
  const message = lines[lines.length - 1];
  const what = told(lines);
  const flags = `${day}|${what.more}|${what.names.join("\n")}`;
  const cached = feed.cache.get(message.id);
  if (cached?.message === message && cached.flags === flags) return cached.row;
  const row = { ...BLANK, ...what, key: message.id, id: message.id, text: "", at: message.at, author: message.author ?? NOBODY, day };
  feed.cache.set(message.id, { message, flags, row });
  return row;
}

/**
 * @param {string} key
 * @param {Message} message
 * @param {Pick<Row, "own" | "fresh" | "missed" | "day" | "head" | "starts" | "summarised" | "beside" | "veiled"> & { quotesVeiled: boolean }} place
 * @param {Feed} feed
 * @param {FeedState} state
 * @returns {Row}
 */
function messageRow(key, message, { quotesVeiled, ...placed }, feed, state) {
  const { can } = feed;
  const manager = can.has("regenerate_any_answer");
  const ai = message.ai ? answerPart(message, message.ai, state, can.has("ask_ai"), manager, feed) : null;
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
    reply: (!message.deleted && message.reply && quote(message.reply, quotesVeiled, state)) || null,
    can_edit: placed.own && !message.deleted && can.has("send"),
    can_delete: !message.deleted && !ai?.live && ((placed.own && can.has("send")) || can.has("delete_any_message")),
    can_reply: !message.deleted && can.has("send"),
    ...marksOf(feed, message),
    ...ai,
    ...(message.ai && branchPart(feed, message, ({ model, assistant }) => ({ model: modelLabel(state, model), ...spoken(assistant) }))),
    rated: ratingOf(feed, message),
    ...translatedPart(message, state),
    can_publish: isAside(state.rooms.get(feed.id)) && !message.deleted && !ai?.live && (!!message.attachments?.length || (!!message.text && !ai?.drawing)),
    can_rate: !!ai && !message.deleted && (ai.live ? !!lookedAt(feed, message.id) : !!message.text),
  };
}

/** @param {Message} message @param {FeedState} state */
function translatedPart(message, state) {
  const found = translationOf(message);
  return found && { translation: found.text, translator: modelLabel(state, found.model), translating: !found.text };
}

/**
 * What is quoted, an answer under its model's name, as it has it itself.
 * @param {Quote} reply
 * @param {boolean} veiled
 * @param {FeedState} state
 */
function quote(reply, veiled, state) {
  if (veiled) return { ...reply, text: "", veiled };
  if (reply.seq === 0) return { ...reply, hidden: true }; // from before this person sees messages
  return reply.ai ? { ...reply, author: reply.author ?? modelLabel(state, reply.model) } : reply;
}

/** @param {Feed} feed */
const isAlone = (feed) => feed.members.length < 2;

/** How many answers come before a queued one: at its connection, or of its model here, the one that is being written and those that were queued earlier. @param {Message} message @param {Feed} feed @param {FeedState} state */
function answersBefore({ id, seq, ai }, feed, state) {
  if (ai?.status !== "queued") return 0;
  const own = state.rooms.get(feed.id)?.ai_model || state.models[0]?.id;
  const others = [...feed.messages.values()].filter((other) => other.id !== id && (other.ai?.model ?? own) === (ai.model ?? own));
  const here = others.filter((other) => other.ai?.status === "streaming" || (isLive(other.ai) && other.seq < seq)).length;
  return Math.max(here, ai.before ?? 0);
}

/** Whether two answers are to one message: they were queued at one moment, for one person. @param {Message | undefined} one @param {Message | undefined} next */
const isBeside = (one, next) =>
  !!one?.ai && !!next?.ai && one.seq === next.seq - 1 && one.ai.asker?.id === next.ai.asker?.id && Math.abs(Date.parse(next.at) - Date.parse(one.at)) < 2;

/**
 * @param {Message} message
 * @param {Answer} ai
 * @param {FeedState} state
 * @param {boolean} mayAsk
 * @param {boolean} manager
 * @param {Feed} feed
 */
function answerPart(message, ai, state, mayAsk, manager, feed) {
  const { run, status, model, asker, error, tokens, cost, reasoning, instead_of, assistant, drawing } = ai;
  const live = isLive(ai);
  const mine = mayAsk && (manager || asker?.id === state.me?.id);
  const again = !live && mine && !!(run || asker) && !message.deleted; // where nobody has asked, it answers nothing
  return {
    ai: true,
    live,
    waiting: live && (!!drawing || (!message.text && !reasoning && !isCalling(ai))),
    drawing: !!drawing,
    reasoning: message.deleted ? "" : (reasoning?.text ?? ""),
    seconds: reasoning?.seconds ?? 0,
    thinking: live && !message.text && !isCalling(ai),
    calls: message.deleted ? NONE : callsOf(ai, feed),
    before: answersBefore(message, feed, state),
    status,
    model: modelLabel(state, model),
    instead: modelLabel(state, instead_of),
    ...spoken(assistant),
    asker: isAlone(feed) && asker?.id === state.me?.id ? "" : (asker?.name ?? ""),
    error: error ?? "",
    tokens: tokens ?? 0,
    cost: drawing?.cost ?? cost ?? 0,
    can_stop: live && (mine || (mayAsk && !asker)), // where nobody has asked, everybody may
    can_regenerate: again,
    can_continue: again && !drawing && isUnfinished(ai, message.text),
    outdated: !!ai.outdated,
  };
}

/** As whom a model answers. @param {import("../wire.js").AssistantNameJson | undefined} assistant */
const spoken = (assistant) => ({ assistant: assistant?.name ?? "", assistant_id: assistant?.id ?? "", assistant_picture: assistant?.picture ?? null });

/** Whether its model can go on with an answer that has ended. @param {Answer} ai @param {string} text */
function isUnfinished({ status, error }, text) {
  if (!text.trim() || text.length >= ANSWER_MAX || NOT_CONTINUED.includes(error ?? "")) return false;
  return status === "complete" ? error === "llm_length" : true;
}

/** @type {Record<string, (payload: Payload) => Partial<Row>>} */
const AS_IF_DONE = {
  edit: ({ text }) => ({ text, edited: true }),
  go_on: () => ({ live: true, status: "queued", error: "", can_regenerate: false, can_continue: false, can_delete: false }),
  regenerate: () => ({ text: "", reasoning: "", calls: NONE, live: true, waiting: true, status: "queued", can_regenerate: false, can_continue: false, outdated: false, can_delete: false, can_rate: false, viewing: false, files: NONE }),
};

/** What was asked for changes the row at once; what was refused leaves it as it was, with the reason. @param {Asked} asked */
const meanwhile = (asked) => ({ change: asked.handler, ...(asked.failed ? refusal(asked) : AS_IF_DONE[asked.handler]?.(asked.payload)) });

/** @param {Asked} asked */
const refusal = ({ failed, details }) => ({ refused: failed ?? "", limit: details?.maximum ?? details?.retry_after ?? 0, what: String(details?.model ?? "") });

/** @param {Asked} pending @param {Placed | null} before @param {string} since @param {Myself | null} me @returns {Row} */
function pendingRow(pending, before, since, me) {
  const message = { author: me, at: pending.at, reply: pending.reply };
  const newDay = !before || !sameDay(before, pending);
  return {
    ...BLANK,
    ...refusal(pending),
    key: pending.id,
    id: pending.id,
    text: pending.payload.text ?? "",
    files: fileRows(pending.files),
    at: pending.at,
    author: me ?? NOBODY,
    own: true,
    day: newDay ? pending.at : "",
    head: newDay || !follows(before, message, since),
    reply: pending.reply,
    pending: pending.failed ? "failed" : "sending",
  };
}

/**
 * The answer that a chat's first message will have, in its place before it is there.
 * @param {Feed} feed
 * @param {FeedState} state
 */
function firstAnswerRow(feed, state) {
  const [asked] = feed.outbox.values();
  const { id, at } = asked;
  const row = firstAnswers.get(asked) ?? {
    ...BLANK,
    key: `${id} answer`,
    id: `${id} answer`,
    at,
    text: "",
    author: NOBODY,
    ai: true,
    live: true,
    waiting: true,
    status: "queued",
    model: modelLabel(state, asked.payload.model),
    can_stop: true,
  };
  firstAnswers.set(asked, row);
  return row;
}
