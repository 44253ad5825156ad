// Estimate how many lines a text takes, before it is laid out.

const COLUMNS = 75;
const WIDE = /[\u1100-\u11ff\u2e80-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/g;

/** The lines of `text`, counted until there are more than `most`. @param {string} text @param {number} [most] */
export function linesOf(text, most = Infinity) {
  let lines = 0;
  for (const line of text.split("\n")) {
    lines += Math.max(1, Math.ceil((line.length + (line.match(WIDE)?.length ?? 0)) / COLUMNS));
    if (lines > most) break;
  }
  return lines;
}
