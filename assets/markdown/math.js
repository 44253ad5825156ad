// Formulas as syntax that micromark knows: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, and the last two kinds on lines of their own.
// Dollars follow pandoc: no space after the first, none before the last, no digit after that. Money and shell words stay text.
import { asciiAlphanumeric, asciiDigit, markdownLineEnding } from "micromark-util-character";

const DOLLAR = 36;
const BACKSLASH = 92;

const WRITTEN = /\$\$(?:\\[^]|[^$\\])+\$\$(?!\$)|\$(?![\s$])(?:\\.|[^$\\\n\r])+\$|\\\((?:[^\\]|\\[^()])*\\\)|\\\[(?:[^\\]|\\[^[\]])*\\\]/y;
const JOINED = /(?:^|[^^_])[:,;/=|&<>+*.(){}[\]"'@-]$/; // no formula ends so before a word: `$PATH:$HOME`, `$a->$b`
const NAME = /^(?:[A-Z_][A-Z0-9_]+|[A-Za-z_]\w{2,})$/; // a variable of a shell: `$HOME$PATH`
const PRICE = /^\d[\d.,]*\s+[^\s\\^_={}]{2,}(?:\s[^\\^_={}]*)?$/; // `$5 and 10$`
const SYMBOL = /[\\^_=+<>\d{}|/]/;

/**
 * Syntax for micromark, to parse `source`. `blocks`: whether formulas may stand on lines of their own, between a mark's line
 * and its closing line.
 * @param {string} source
 * @param {boolean} [blocks]
 * @returns {import("micromark-util-types").Extension}
 */
export function mathSyntax(source, blocks = true) {
  const seen = source.replace(/^\uFEFF/, ""); // where micromark counts from
  /** The characters at a place. @type {Look} */
  const look = (pattern, { offset }) => ((pattern.lastIndex = offset), pattern.exec(seen)?.[0] ?? "");
  const inline = { name: "formula", tokenize: formula(look) };
  const text = { [DOLLAR]: inline, [BACKSLASH]: inline };
  return blocks ? { text, flow: { [DOLLAR]: block("\\$\\$", "\\$\\$", look), [BACKSLASH]: block("\\\\\\[", "\\\\\\]", look) } } : { text };
}

/** @typedef {(pattern: RegExp, at: { offset: number }) => string} Look */

/** The result in mdast: nodes `formula`, with `value`, `display` and the original text, `source`. @returns {any} */
export function mathTree() {
  /** @this {any} */
  const enter = function (/** @type {any} */ token) {
    this.enter({ type: "formula", ...token.formula }, token);
  };
  /** @this {any} */
  const exit = function (/** @type {any} */ token) {
    this.exit(token);
  };
  return { enter: { formula: enter }, exit: { formula: exit } };
}

/** A formula among words. @param {Look} look @returns {Construct["tokenize"]} */
const formula = (look) =>
  function (effects, ok, nok) {
    const { previous } = this;
    const start = this.now();
    const written = look(WRITTEN, start);
    if (!written || !mayBegin(written, previous)) return nok;
    const lines = linesOf(/** @type {any} */ (effects));
    /** @type {Step} */
    const inside = (code) => {
      if (this.now().offset < start.offset + written.length) return code === null ? nok(code) : (lines.take(code), inside);
      const source = this.sliceSerialize({ start, end: this.now() }).replace(/\r\n?/g, "\n");
      const marks = /^\$[^$]/.test(written) ? 1 : 2;
      const value = source.slice(marks, -marks);
      if (!isFormula(written, value, code)) return nok(code);
      lines.end({ value: value.trim(), display: /^(?:\$\$|\\\[)/.test(written), source, closed: true });
      return ok(code);
    };
    return inside;
  };

/** Whether what stands before it lets it be one. @param {string} written @param {Code} previous */
function mayBegin(written, previous) {
  const isWord = asciiAlphanumeric(previous) || previous === 95;
  if (written.startsWith("$")) return previous !== DOLLAR && (written[1] === "$" || !isWord);
  const isPath = isWord || [34, 39, 47].includes(previous ?? 0); // or a pattern: after " ' /
  return previous !== BACKSLASH && !(written[1] === "(" && isPath);
}

/** @param {string} written @param {string} value @param {Code} next */
function isFormula(written, value, next) {
  const spaced = /^\s|\s$/.test(value) && !SYMBOL.test(value); // "$$ or $$"
  if (!written.startsWith("$")) return !!value.trim();
  return written[1] === "$" ? !spaced && !!value.trim() : isInline(value, next);
}

/** @param {string} value @param {Code} next */
function isInline(value, next) {
  if (/\s$/.test(value) || asciiDigit(next) || next === DOLLAR || PRICE.test(value)) return false;
  const goesOn = asciiAlphanumeric(next) || next === 95 || next === 123 || next === 40; // a letter, _, { or (
  return !goesOn || !(JOINED.test(value) || NAME.test(value));
}

/** Takes the characters of a formula: its last line must hold a token of its own, or micromark never ends. @param {Effects} effects */
function linesOf(effects) {
  /** @type {any} */
  let token = null;
  let within = "";
  const leave = () => {
    if (within) effects.exit(within);
    within = "";
  };
  return {
    /** @param {Code} code */
    take(code) {
      token ??= effects.enter("formula");
      const kind = markdownLineEnding(code) ? "lineEnding" : "formulaData";
      if (within !== kind || kind === "lineEnding") {
        leave();
        effects.enter(kind);
        within = kind;
      }
      effects.consume(code);
    },
    /** @param {object} formula */
    end(formula) {
      leave();
      token.formula = formula;
      effects.exit("formula");
    },
    leave,
  };
}

/**
 * A formula between two lines that hold nothing but its marks: `$$`, or `\[` and `\]`.
 * @param {string} open
 * @param {string} close
 * @param {Look} look
 * @returns {Construct}
 */
function block(open, close, look) {
  const [opening, closing] = [`${open}[ \\t]*(?=[\\r\\n])`, `[ \\t]*${close}[ \\t]*(?=[\\r\\n]|$)`].map((pattern) => new RegExp(pattern, "y"));
  return { name: "formulaBlock", concrete: true, tokenize };

  /** @this {Tokens} @param {any} effects @param {Step} ok @param {Step} nok @returns {Step} */
  function tokenize(effects, ok, nok) {
    const start = this.now();
    if (!look(opening, start)) return nok;
    const lines = linesOf(effects);
    let closed = false;
    /** @type {Step} */
    const line = (code) => {
      if (code !== null && !markdownLineEnding(code)) return lines.take(code), line;
      lines.leave();
      if (closed || code === null) return end(code);
      return this.interrupt ? ok(code) : effects.check(goesOn, next, end)(code);
    };
    /** @type {Step} */
    const next = (code) => (lines.take(code), begin);
    /** @type {Step} */
    const begin = (code) => {
      lines.leave();
      closed = !!look(closing, this.now());
      return line(code);
    };
    /** @type {Step} */
    const end = (code) => {
      const source = this.sliceSerialize({ start, end: this.now() }).replace(/\r\n?/g, "\n");
      lines.end({ value: source.trimEnd().slice(2, -2).trim(), display: true, source, closed });
      return ok(code);
    };
    return line;
  }
}

/** Another line follows, and it is within the same list or quotation. @type {Construct} */
const goesOn = {
  partial: true,
  tokenize(/** @type {Effects} */ effects, ok, nok) {
    return (code) => {
      if (code === null) return nok(code);
      effects.enter("lineEnding");
      effects.consume(code);
      effects.exit("lineEnding");
      return (next) => (this.parser.lazy[this.now().line] ? nok(next) : ok(next));
    };
  },
};
