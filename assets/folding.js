// The comparison of texts in searches, the same as in Python (`chat_app/core/kernel/texts/folding.py`, which lists the
// equal forms).

const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;
const SCRIPTS = ["Inherited", "Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Syriac"].map((name) => `\\p{Script=${name}}`).join("");
const MARKS = new RegExp(`(?![\u3099\u309A])(?=\\p{M})[${SCRIPTS}]`, "gu");
const PILE = /(\p{M}{30})\p{M}+/gu;
/** @type {Map<string, string>} */
const LETTERS = new Map(/** @type {[string, string][]} */ ([
  ..."ıłøđħŧٱىیکةʻʼʹ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹".split("").map((letter, i) => [letter, "ilodhtاييكه'''01234567890123456789"[i]]),
  ["\u0640", ""], ["æ", "ae"], ["œ", "oe"], ["þ", "th"], ["ð", "d"], ["ς", "σ"],
]));
const OTHER = new RegExp(`[${[...LETTERS.keys()].join("")}]`, "gu");
const LAST_LONG = /(?<=[ぁ-ゖァ-ヺー]{3})(?:(?<=[ァ-ヺー])ー+(?![ァ-ヺー])|ー+(?![ぁ-ゖァ-ヺー]))/gu;
const KATAKANA = /[ァ-ヶ]/g;

/**
 * How well a name matches the typed text after folding: 1 is best, Infinity is no match.
 * @param {string} name @param {string} typed
 */
export function fit(name, typed) {
  const known = fold(name);
  if (known.startsWith(typed)) return 1;
  if (known.split(/[\s・_-]+/).some((word) => word.startsWith(typed))) return 2;
  return known.includes(typed) ? 3 : Infinity;
}

/** Whether a text has each word of what is typed. @param {string} typed @param {string} text */
export function hasWords(typed, text) {
  const known = fold(text);
  return fold(typed).trim().split(/\s+/).every((word) => known.includes(word));
}

/** @param {string} text */
export function fold(text) {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text
    .replace(IGNORED, "").replace(PILE, "$1").replace(MARKS, "").normalize("NFKD").replace(MARKS, "")
    .toLowerCase().toUpperCase().toLowerCase() // ß is ss, as ẞ is
    .replace(OTHER, (letter) => LETTERS.get(letter) ?? letter)
    .normalize("NFKC").replace(LAST_LONG, "").replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

/** Those that fit, the best first. @template T @param {T[]} all @param {(each: T) => number} fits @returns {T[]} */
export const best = (all, fits) =>
  all
    .map((each) => ({ each, fits: fits(each) }))
    .filter(({ fits }) => fits < Infinity)
    .sort((a, b) => a.fits - b.fits)
    .map(({ each }) => each);
