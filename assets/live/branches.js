// The branches of an answer: the texts that it had, or could have again. Each person chooses which one they view; the
// texts are loaded on request.

import { spoken } from "./answer_row.js";
import { fileRows } from "./files.js";
import { ask, isLive } from "./outbox.js";
import { known } from "./past.js";
import { modelLabel } from "./people.js";
import { changed, feedHere, feedOf, tell } from "./store.js";

/** The numbers of an answer's texts, from the `first` to the `last`, and of the one that is the answer. @param {Message} message */
export function numbersOf({ ai }) {
  const { branches = 1, branch = 1, first_branch: first = 1 } = ai ?? {};
  return { first, last: first + branches - 1, chosen: branch };
}

/** @param {string} id @param {number} n */
const keyOf = (id, n) => `${id} ${n}`;

/** The text that is viewed in place of the answer, once it is loaded. @param {Feed} feed @param {string} id */
export const lookedAt = (feed, id) => feed.texts.get(keyOf(id, feed.looks.get(id)?.shown ?? 0));

/** Look at the text before or after the one that is looked at. @param {string} id @param {number} by */
export function lookOn(id, by) {
  const feed = feedHere();
  const message = known(feed, id);
  if (!message) return;
  const { first, last, chosen } = numbersOf(message);
  const look = feed.looks.get(id);
  const n = (look?.n ?? chosen) + by;
  if (n < first || n > last) return;
  if (n === chosen) feed.looks.delete(id);
  else if (feed.texts.has(keyOf(id, n))) feed.looks.set(id, { n, shown: n });
  else {
    feed.looks.set(id, { n, shown: look?.shown ?? 0 });
    tell("send", "load_branch", { message: id, n });
  }
  changed();
}

/** Make the viewed text the answer, for everybody. @param {string} id */
export function choose(id) {
  const n = feedHere().looks.get(id)?.shown;
  if (n) ask(feedHere(), "choose_branch", id, { message: id, n });
}

/** @param {BranchOp} op */
export function branch({ room, message, branch: text }) {
  const feed = feedOf(room);
  const look = feed.looks.get(message);
  if (look?.n !== text.n) return;
  const show = () => {
    if (text.chosen) feed.looks.delete(message);
    else {
      feed.texts.set(keyOf(message, text.n), text);
      feed.looks.set(message, { n: text.n, shown: text.n });
    }
    changed();
  };
  if (!tell("beside", message, show)) show();
}

/**
 * Another text is the answer now, or one was deleted: nobody views a text that does not exist.
 * @param {Feed} feed @param {Message} message
 */
export function settleLook(feed, message) {
  const { first, last, chosen } = numbersOf(message);
  feed.texts.delete(keyOf(message.id, chosen)); // it may be written on
  const look = feed.looks.get(message.id);
  if (look && (message.deleted || look.n === chosen || look.shown === chosen || look.n < first || look.n > last)) feed.looks.delete(message.id);
}

/** A text that could not be loaded is not waited for. @param {string} id */
export function dropLook(id) {
  const feed = feedHere();
  const look = feed?.looks.get(id);
  if (!look || look.n === look.shown) return;
  if (look.shown) feed.looks.set(id, { n: look.shown, shown: look.shown });
  else feed.looks.delete(id);
}

/**
 * A row's data about an answer's texts. While another text is viewed, it has the status and the model of that text.
 * @param {Feed} feed
 * @param {Message} message
 */
export function branchPart(feed, message) {
  const { first, last, chosen } = numbersOf(message);
  const place = { branches: message.deleted ? 1 : last - first + 1, place: chosen - first + 1 };
  const looked = message.deleted ? undefined : lookedAt(feed, message.id);
  if (!looked) return place;
  const ended = isLive(message.ai) ? {} : { status: looked.status, error: looked.error ?? "", tokens: looked.tokens ?? 0, cost: looked.cost ?? 0, outdated: false };
  return { ...place, ...ended, place: looked.n - first + 1, viewed: looked.text, files: fileRows(looked.attachments, message.ai?.drawing && looked.text), viewing: true, waiting: false, model: modelLabel(looked.model), ...spoken(looked.assistant) };
}
