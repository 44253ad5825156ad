// Markdown cut into pieces that can be rendered each by itself, so that a growing text costs its last piece only.
import { columnsOf, MOST, weightOfCode, weightOfLine } from "./weight.js";

/** @typedef {{ text: string, weight: number }} Piece */
/** @typedef {{ kind: string, number: number | null }} Item */
/**
 * A piece that is being made.
 * @typedef {{ lines: string[], length: number, weight: number, fence: string, blank: boolean, written: boolean, list: Item | null, columns: number }} Open
 */

const FENCE = /^ {0,3}(`{3,}|~{3,}|\${2,}|\\\[(?=\s*$))(.*)$/;
const BRACKET = "\\[";
const BRACKET_END = /^ {0,3}\\\]\s*$/;
const ITEM = /^(?:([-*+])|(\d{1,9})([.)]))(?:\s|$)/;
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;
const TABLE_HEAD = /^([\s\S]*?(?:\n|^))( {0,3}\|[^\n]*(?:\n[ |:\t-]*)?)$/; // at the end, with what there is of the line below
const UNDERLINE = /^[ \t|:=-]+$/; // makes a heading or a table of the line above
const LONG_LIST = 1_000; // characters, from which on a list goes on in another piece
const LONG_LINE = 10_000; // characters
const ENDS = [/[.!?]\s|[。！？]/g, /\s/g];
const HEAVY = 200; // weight, from which on any line may be the first of another piece

/**
 * Cut `text` at blank lines, but never within a fence or what is indented; where too much has no blank line, between lines.
 * The pieces' texts joined with "\n" are `text` again, but for lines that are longer than any message, of which each part is one.
 * @param {string} text
 * @returns {Piece[]}
 */
export function blocks(text) {
  const pieces = cut(text);
  const weight = DEFINITION.test(text) ? pieces.reduce((sum, piece) => sum + piece.weight, 0) : Infinity;
  return weight <= MOST ? [{ text, weight }] : pieces; // links and footnotes that are defined elsewhere hold it together
}

/** @param {string} text */
function cut(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let piece = begin();
  const end = () => pieces.push({ text: piece.lines.join("\n"), weight: piece.weight });
  for (const line of text.split("\n")) {
    if (!piece.fence && line.trim() && endsBefore(piece, line)) {
      end();
      piece = begin();
    }
    (piece.fence ? [line] : partsOf(line)).forEach((part, index) => {
      if (index) {
        end();
        piece = begin();
      }
      add(piece, part);
    });
  }
  end();
  return pieces;
}

/** A line that is longer than any message, in parts that end with a sentence, or else with a word. @param {string} line */
function partsOf(line) {
  const parts = [];
  while (line.length > LONG_LINE) {
    const at = ENDS.map((pattern) => endOf(pattern, line)).find((end) => end < LONG_LINE);
    if (!at) break;
    parts.push(line.slice(0, at));
    line = line.slice(at);
  }
  return [...parts, line];
}

/** @param {RegExp} pattern @param {string} line */
function endOf(pattern, line) {
  pattern.lastIndex = LONG_LINE / 2;
  return pattern.test(line) ? pattern.lastIndex : Infinity;
}

/**
 * `text`, which grows at its end, without the head of a table whose next line does not yet say whether it is one.
 * @param {string} text
 */
export function withoutTableHead(text) {
  const [, before, head] = TABLE_HEAD.exec(text) ?? [];
  if (head === undefined || /(?:^|\n) {0,3}\|[^\n]*\n$/.test(before)) return text; // a row of the table that stands above it
  return before.split("\n").reduce(fenceAfter, "") ? text : before;
}

/** @returns {Open} */
const begin = () => ({ lines: [], length: 0, weight: 0, fence: "", blank: false, written: false, list: null, columns: 0 });

/** Whether `line`, outside of a fence and not blank, is the first of another piece. @param {Open} piece @param {string} line */
function endsBefore(piece, line) {
  if (/^[ \t]/.test(line)) return false;
  const item = itemOf(line);
  const heavy = piece.weight > HEAVY;
  if (!piece.list || !item || item.kind !== piece.list.kind) return piece.blank || (heavy && !piece.columns && !UNDERLINE.test(line));
  return (heavy || piece.length > LONG_LIST) && (item.number === null || item.number === (piece.list.number ?? 0) + 1);
}

/** @param {Open} piece @param {string} line */
function add(piece, line) {
  const item = piece.fence ? null : itemOf(line);
  if (item && (piece.list || !piece.written)) piece.list = item;
  piece.weight += /^[`~]/.test(piece.fence) ? weightOfCode(line) : weightOfLine(line, piece.columns);
  piece.fence = fenceAfter(piece.fence, line);
  piece.blank = !line.trim();
  piece.written ||= !piece.blank;
  piece.columns = piece.blank ? 0 : Math.max(piece.columns, columnsOf(line));
  piece.lines.push(line);
  piece.length += line.length;
}

/** @param {string} line @returns {Item | null} */
function itemOf(line) {
  const [found, bullet, number, mark] = ITEM.exec(line) ?? [];
  return found === undefined ? null : { kind: bullet ?? mark, number: number === undefined ? null : Number(number) };
}

/** The fence that is open after `line`: of code, or of a formula. @param {string} fence @param {string} line */
function fenceAfter(fence, line) {
  if (fence === BRACKET) return BRACKET_END.test(line) ? "" : fence;
  const [, marks, rest] = FENCE.exec(line) ?? [];
  if (!marks) return fence;
  if (fence) return marks.startsWith(fence) && !rest.trim() ? "" : fence;
  const closed = marks[0] === "$" ? rest.includes("$$") : marks[0] === "`" && rest.includes("`");
  return closed ? "" : marks;
}
