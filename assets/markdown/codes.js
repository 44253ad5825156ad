// The characters of micromark: code units, and negative numbers for line endings (-5 to -3), tabs (-2) and what fills them up (-1).

/** @param {Code} code */
export const isEnd = (code) => code !== null && code < -2;
/** @param {Code} code */
export const isBlank = (code) => code === -2 || code === -1 || code === 32;
/** @param {Code} code */
export const isSpace = (code) => code === null || code < 0 || code === 32;
/** @param {Code} code */
export const isDigit = (code) => code !== null && code >= 48 && code <= 57;
/** @param {Code} code */
export const isWord = (code) => isDigit(code) || (code !== null && ((code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)));

/** @param {number} code */
export function fromCharCode(code) {
  if (code === -1) return "";
  return code === -2 ? "\t" : code < 0 ? "\n" : String.fromCharCode(code);
}
