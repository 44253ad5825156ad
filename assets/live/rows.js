// The rows of the message list: messages with what depends on their neighbours and on the viewer, and with optimistic changes.

import { answersBefore, isAlone } from "./answer_row.js";
import { firstAnswerRow, meanwhile, pendingRows } from "./asked_rows.js";
import { lookedAt } from "./branches.js";
import { goesOn } from "./lines.js";
import { keptRow, lineRow, messageRow } from "./message_row.js";
import { follows, isBeside, sameDay } from "./neighbours.js";
import { shown } from "./past.js";
import { ratingOf } from "./ratings.js";
import { translationOf } from "./translations.js";

/** @param {Feed} feed @param {FeedState} state */
export function buildRows(feed, state) {
  const can = [...feed.can].join();
  const alone = isAlone(feed);
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
    const [asked, wants, star, looked] = [feed.outbox.get(message.id), feed.wants.get(message.id), feed.own.get(message.id)?.star, lookedAt(feed, message.id)?.n];
    const depends = [own, first, missed, newDay, head, starts, summarised, beside, veiled, quotesVeiled, asked, wants, star, looked, ratingOf(feed, message), translationOf(message), answersBefore(message, feed, state), can, state.models.length, state.drawers.length, alone];
    const made = () => {
      const placed = { own, fresh: first, missed, day: newDay ? message.at : "", head, starts, summarised, beside, veiled, quotesVeiled };
      return { ...messageRow(key, message, placed, feed, state), ...(asked && meanwhile(asked)) };
    };
    rows.push(keptRow(feed, key, message, depends, made));
    before = message;
  }
  if (!feed.past) rows.push(...pendingRows(feed, before, since, state.me));
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
