// Graphemes: the units that readers see as one character, such as a flag, a family, a letter with its marks.

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * The beginning of a text, of at most so many UTF-16 code units, none of its characters cut in two.
 * @param {string} text
 * @param {number} maximum
 */
export function cut(text, maximum) {
  if (text.length <= maximum) return text;
  const last = segmenter.segment(text).containing(maximum);
  return text.slice(0, last?.index || maximum);
}

/** The first character of a text. @param {string} text */
export const first = (text) => segmenter.segment(text).containing(0)?.segment ?? "";
