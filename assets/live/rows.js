// The rows of the message list: messages with what depends on their neighbours and on the viewer, and with optimistic changes.

import { answersBefore, isAlone } from "./answer_row.js";
import { firstAnswerRow, meanwhile, pendingRows } from "./asked_rows.js";
import { lookedAt } from "./branches.js";
import { goesOn } from "./lines.js";
import { keptRow, lineRow, messageRow } from "./message_row.js";
import { follows, isBeside, sameDay } from "./neighbours.js";
import { shown } from "./past.js";
import { ratingOf } from "./ratings.js";
import { state } from "./store.js";
import { translationOf } from "./translations.js";

/** @param {Feed} feed */
export function buildRows(feed) {
  const room = state.rooms.get(feed.id);
  const messages = [...shown(feed).values()].sort((a, b) => a.seq - b.seq);
  const [fresh, begins, goesOnFrom] = boundaries(feed, room, messages);
  const common = [[...feed.can].join(), state.models.length, state.drawers.length, isAlone(feed)];
  /** @type {Row[]} */
  const rows = [];
  /** @type {Placed | null} */
  let before = null;
  let since = ""; // the time of the last head
  /** @type {Message[]} */
  let lines = [];
  for (const [n, message] of messages.entries()) {
    const newDay = sameDay(before, message) ? "" : message.at;
    if (message.event) {
      const together = !newDay && goesOn(before, message);
      lines = together ? [...lines, message] : [message];
      rows.push(lineRow(lines, together ? (rows.pop()?.day ?? "") : newDay, feed));
    } else {
      const isFresh = message === fresh;
      const starts = message === begins && !!before; // above the first message of all it says nothing
      const summarised = message === goesOnFrom;
      const head = !before || !!newDay || isFresh || starts || summarised || !follows(before, message, since);
      if (head) since = message.at;
      const placed = {
        own: isOwn(message),
        fresh: isFresh,
        missed: isFresh ? (messages.at(-1)?.seq ?? 0) - (feed.newAfter ?? 0) : 0,
        day: newDay,
        head,
        starts,
        summarised,
        beside: isBeside(messages[n - 1], message) || isBeside(message, messages[n + 1]),
        veiled: isVeiled(message, feed),
        quotesVeiled: !!message.reply && isVeiled(feed.messages.get(message.reply.id), feed),
      };
      rows.push(rowOf(message, placed, feed, common));
    }
    before = message;
  }
  if (!feed.past) rows.push(...pendingRows(feed, before, since, state.me));
  if (feed.beginning && !messages.length) rows.push(firstAnswerRow(feed));
  return rows;
}

/**
 * The messages above which a line stands: the first that is new to the person, the first that the AI sees, and the first after those
 * that a summary covers.
 * @param {Feed} feed
 * @param {Room | undefined} room
 * @param {Message[]} messages
 */
function boundaries({ newAfter, keptUnread }, room, messages) {
  const { ai_context_cutoff_at: cutoff, ai_summary_seq: covered } = room ?? {};
  const said = messages.filter(({ event }) => !event);
  return [
    newAfter != null && said.find((message) => message.seq > newAfter && (!isOwn(message) || keptUnread)),
    cutoff && said.find(({ at }) => at >= cutoff),
    covered && messages[0]?.seq <= covered && said.find(({ seq }) => seq > covered),
  ];
}

/** @param {Message} message */
const isOwn = ({ author }) => author?.id === state.me?.id;

/**
 * The row of a message: the one that it had, unless something on which it depends is another.
 * @param {Message} message
 * @param {PlacedRow} placed
 * @param {Feed} feed
 * @param {unknown[]} common on which all rows of the room depend
 */
function rowOf(message, placed, feed, common) {
  const { id } = message;
  const key = message.nonce ?? id;
  const asked = feed.outbox.get(id);
  const [wants, star, looked] = [feed.wants.get(id), feed.own.get(id)?.star, lookedAt(feed, id)?.n];
  const shown = [asked, wants, star, looked, ratingOf(feed, message), translationOf(message), answersBefore(message, feed)];
  const made = () => ({ ...messageRow(key, message, placed, feed), ...(asked && meanwhile(asked)) });
  return keptRow(feed, key, message, placed, [...shown, ...common], made);
}

/** Whether it is out of sight, because its author is blocked, until one asks to see it. @param {Message | undefined} message @param {Feed} feed */
const isVeiled = (message, feed) => !!message?.author && state.blocked.has(message.author.id) && !feed.revealed.has(message.id);
