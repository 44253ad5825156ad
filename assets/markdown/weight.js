// How much work a text is, counted before it is parsed: parsers take the square of some marks, and a browser its time for each element.

export const MOST = 800; // of one piece; what is heavier is shown as it was written
const DEEPEST = 16; // quotations and lists within one another
const CHARACTERS = 40; // of plain text, as much work as one mark
const CODE = 200; // characters of code, likewise
/** @type {Record<string, number>} */
const MARKS = { "*": 1, _: 1, "~": 1, "`": 1, "[": 1, "]": 1, "<": 1, "&": 1, "\\": 1, "^": 1, "@": 1, "{": 0.5, "|": 0.5, ".": 0.5, $: 4 };
const WITHIN = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/;
const DELIMITERS = /^[\s>*+\d.)|:-]*$/;

/** @param {string} line */
export const weightOfCode = (line) => line.length / CODE;

/**
 * The weight of a line in a table of so many `columns` (0 in none): a row has all of them, whatever is written.
 * @param {string} line
 * @param {number} columns
 */
export function weightOfLine(line, columns) {
  const within = WITHIN.exec(line)?.[0].match(/>|[-*+]|\d+/g)?.length ?? 0;
  if (within > DEEPEST) return Infinity;
  let weight = 1 + line.length / CHARACTERS + (line.length - line.trimStart().length) / 4 + columns / 2;
  for (const mark of line) weight += MARKS[mark] ?? 0;
  return weight;
}

/** How many columns a table has, if `line` is the one below its head: else 0. @param {string} line */
export const columnsOf = (line) => (line.includes("|") && line.includes("-") && DELIMITERS.test(line) ? line.split("|").length : 0);
