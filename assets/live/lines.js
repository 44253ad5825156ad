// Lines about the room among its messages: who came and went, and what changed. Those of one kind in a row are shown as one.

import { locale, current as translate } from "../i18n.js";

const NAMED = 3; // people of a line who are named, where they are no more
const OF_AUTHORS = new Set(["joined", "left"]);
const FOLDED = new Set(["joined", "left", "removed", "role"]);

/** Whether a line is shown as one with the line before it. @param {Placed | null} before @param {Message} message */
export function goesOn(before, { event, author }) {
  const last = before?.event;
  if (!last || !event || last.kind !== event.kind || last.role !== event.role || !FOLDED.has(event.kind)) return false;
  return OF_AUTHORS.has(event.kind) || before.author?.id === author?.id;
}

/** The displayed data of lines that are merged. @param {Message[]} lines */
export function told(lines) {
  const [{ event }] = lines;
  const people = lines.flatMap(({ author, event }) => (OF_AUTHORS.has(event?.kind ?? "") ? [author] : (event?.people ?? [null])));
  const names = people.map((person) => person?.name || translate()("people.gone"));
  const shown = names.length > NAMED ? names.slice(0, NAMED - 1) : names;
  return { event: event?.kind ?? "", names: shown, more: names.length - shown.length, what: event?.name ?? event?.role ?? "" };
}

/** Names as a reader's language lists them, with "8 others" behind them, if there are any. @param {string[]} names @param {number} more @param {string} others */
export function named(names, more, others) {
  const all = more ? [...names, others] : names;
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(all);
}
