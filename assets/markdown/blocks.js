// Markdown cut into pieces that can be rendered each by itself, so that a growing text costs its last piece only.
const FENCE = /^ {0,3}(`{3,}|~{3,}|\${2,})(.*)$/;
const ITEM = /^(?:([-*+])|(\d{1,9})([.)]))(?:\s|$)/;
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;
const TABLE_HEAD = /^([\s\S]*?(?:\n|^))( {0,3}\|[^\n]*(?:\n[ |:\t-]*)?)$/; // at the end, with what there is of the line below
const LONG_LIST = 1_000; // characters, from which on a list goes on in another piece

/** Cut `text` at blank lines, but never within a fence or what is indented; joined with "\n" it is `text` again. */
export function blocks(text) {
  if (DEFINITION.test(text)) return [text]; // links and footnotes that are defined elsewhere hold it together
  const pieces = [];
  let piece = begin();
  for (const line of text.split("\n")) {
    if (!piece.fence && line.trim() && endsBefore(piece, line)) {
      pieces.push(piece.lines.join("\n"));
      piece = begin();
    }
    add(piece, line);
  }
  pieces.push(piece.lines.join("\n"));
  return pieces;
}

/** `text`, which grows at its end, without the head of a table whose next line does not yet say whether it is one. */
export function withoutTableHead(text) {
  const [, before, head] = TABLE_HEAD.exec(text) ?? [];
  if (head === undefined || /(?:^|\n) {0,3}\|[^\n]*\n$/.test(before)) return text; // a row of the table that stands above it
  return before.split("\n").reduce(fenceAfter, "") ? text : before;
}

const begin = () => ({ lines: [], length: 0, fence: "", blank: false, list: null });

/** Whether `line`, outside of a fence and not blank, is the first of another piece. */
function endsBefore(piece, line) {
  if (/^[ \t]/.test(line)) return false;
  const item = itemOf(line);
  if (!piece.list || !item || item.kind !== piece.list.kind) return piece.blank;
  return piece.length > LONG_LIST && (item.number === null || item.number === piece.list.number + 1);
}

function add(piece, line) {
  const item = piece.fence ? null : itemOf(line);
  if (item && (piece.list || !piece.lines.some((each) => each.trim()))) piece.list = item;
  piece.fence = fenceAfter(piece.fence, line);
  piece.blank = !line.trim();
  piece.lines.push(line);
  piece.length += line.length;
}

function itemOf(line) {
  const [found, bullet, number, mark] = ITEM.exec(line) ?? [];
  return found === undefined ? null : { kind: bullet ?? mark, number: number === undefined ? null : Number(number) };
}

/** The fence that is open after `line`: of code, or of a formula. */
function fenceAfter(fence, line) {
  const [, marks, rest] = FENCE.exec(line) ?? [];
  if (!marks) return fence;
  if (fence) return marks.startsWith(fence) && !rest.trim() ? "" : fence;
  const closed = marks[0] === "$" ? rest.includes("$$") : marks[0] === "`" && rest.includes("`");
  return closed ? "" : marks;
}
