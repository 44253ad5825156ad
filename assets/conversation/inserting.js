// Insert words into a text. Pure.

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]/u;
const BEFORE_PUNCTUATION = /^[\s.,;:!?)\]}]/;

/** Whether a space goes between two texts. @param {string} left @param {string} right */
function isSpaced(left, right) {
  const last = [...left].at(-1) ?? " ";
  const first = [...right][0] ?? " ";
  return !(/[\s([{]/.test(last) || BEFORE_PUNCTUATION.test(first) || UNSPACED.test(last) || UNSPACED.test(first));
}

/**
 * Replace the selection by words, with the spaces that their script uses; the caret goes behind them.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} words
 */
export function insertAt(text, start, end, words) {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const put = (isSpaced(before, words) ? " " : "") + words;
  return { text: before + put + (isSpaced(words, after) ? " " : "") + after, caret: before.length + put.length };
}
