// Texts of files as they may be shown: short, and with what would hide in them. Pure.

const LINES = 12; // of a preview
const WIDE = 160; // characters of a line in it
const USUAL = 40; // bytes of a line
const LEAST = 2;
const MOST = 7; // lines that a preview has room for
const C0 = 0x20;
const DELETE = 0x7f;
const PICTURES = 0x2400; // of control characters
const PROSE = /^(?:txt|text|log|me)$/;

// Control characters but tabs and line ends, and what changes the direction of the text around it: in code it lies about the order.
const HIDDEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** A text in which nothing hides, and of which nothing changes the order of the rest. @param {string} text */
export const visible = (text) =>
  text.replace(HIDDEN, (each) => {
    const code = each.charCodeAt(0);
    if (code < C0) return String.fromCharCode(PICTURES + code);
    return code === DELETE ? "\u2421" : `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
  });

/** The first lines of a text, none too long to be laid out at once. @param {string} text */
export const beginning = (text) =>
  visible(
    text
      .split("\n", LINES)
      .map((line) => (line.length > WIDE ? `${line.slice(0, WIDE)}\u2026` : line))
      .join("\n"),
  );

/** How many lines a file's preview has room for, before it is known. @param {number} size in bytes */
export const linesIn = (size) => Math.max(LEAST, Math.min(Math.ceil(size / USUAL), MOST));

/** The language of a file by the end of its name; none of one with words. @param {string} name */
export function languageOf(name) {
  const ending = (/(?:^|[./\\])([^./\\]{1,20})$/.exec(name)?.[1] ?? "").toLowerCase();
  return PROSE.test(ending) ? "" : ending;
}
