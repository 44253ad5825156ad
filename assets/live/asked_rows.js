// Optimistic rows: a request of the person is shown as done or, once it is refused, with the reason.

import { fileRows } from "./files.js";
import { BLANK } from "./message_row.js";
import { follows, sameDay } from "./neighbours.js";
import { modelLabel, NOBODY } from "./people.js";
import { NONE } from "./store.js";

/** @type {WeakMap<Asked, Row>} */
const pending = new WeakMap();
/** @type {WeakMap<Asked, Row>} */
const firstAnswers = new WeakMap();

/** @type {Record<string, (payload: Payload) => Partial<Row>>} */
const AS_IF_DONE = {
  edit: ({ text }) => ({ text, edited: true }),
  go_on: () => ({ live: true, status: "queued", error: "", can_regenerate: false, can_continue: false, can_delete: false }),
  regenerate: () => ({ text: "", reasoning: "", calls: NONE, live: true, waiting: true, status: "queued", can_regenerate: false, can_continue: false, outdated: false, can_delete: false, can_rate: false, viewing: false, files: NONE }),
};

/**
 * A requested change shows in the row at once; a refused one leaves the row unchanged, with the reason.
 * @param {Asked} asked
 */
export const meanwhile = (asked) => ({ change: asked.handler, ...(asked.failed ? refusal(asked) : AS_IF_DONE[asked.handler]?.(asked.payload)) });

/** @param {Asked} asked */
const refusal = ({ failed, details }) => ({ refused: failed ?? "", limit: details?.maximum ?? details?.retry_after ?? 0, what: String(details?.model ?? "") });

/**
 * The messages that are on their way, after the last one that is there; `since` is the time of the last head.
 * @param {Feed} feed
 * @param {Placed | null} before
 * @param {string} since
 * @param {Myself | null} me
 */
export function pendingRows(feed, before, since, me) {
  /** @type {Row[]} */
  const rows = [];
  for (const asked of feed.outbox.values()) {
    if (asked.handler !== "send" && asked.handler !== "start") continue;
    const row = pending.get(asked) ?? pendingRow(asked, before, since, me);
    if (row.head) since = row.at;
    pending.set(asked, row);
    rows.push(row);
    before = { author: me, at: asked.at };
  }
  return rows;
}

/** @param {Asked} asked @param {Placed | null} before @param {string} since @param {Myself | null} me @returns {Row} */
function pendingRow(asked, before, since, me) {
  const message = { author: me, at: asked.at, reply: asked.reply };
  const newDay = !before || !sameDay(before, asked);
  return {
    ...BLANK,
    ...refusal(asked),
    key: asked.id,
    id: asked.id,
    text: asked.payload.text ?? "",
    files: fileRows(asked.files),
    at: asked.at,
    author: me ?? NOBODY,
    own: true,
    day: newDay ? asked.at : "",
    head: newDay || !follows(before, message, since),
    reply: asked.reply,
    pending: asked.failed ? "failed" : "sending",
  };
}

/** The answer to a chat's first message, in its place before it exists. @param {Feed} feed */
export function firstAnswerRow(feed) {
  const [asked] = feed.outbox.values();
  const { id, at } = asked;
  const row = firstAnswers.get(asked) ?? {
    ...BLANK,
    key: `${id} answer`,
    id: `${id} answer`,
    at,
    ai: true,
    live: true,
    waiting: true,
    status: "queued",
    model: modelLabel(asked.payload.model),
    can_stop: true,
  };
  firstAnswers.set(asked, row);
  return row;
}
