// Formulas as syntax that micromark knows: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, and the last two kinds on lines of their own.
// Dollars follow pandoc: no space after the first, none before the last, no digit after that. Money and shell words stay text.
import { fromCharCode, isBlank, isDigit, isEnd, isSpace, isWord } from "./codes.js";

const DOLLAR = 36;
const BACKSLASH = 92;
/** @type {Record<number, number>} */
const CLOSES = { 40: 41, 91: 93 }; // ( ), [ ]

const JOINED = /(?:^|[^^_])[:,;/=|&<>+*.(){}[\]"'@-]$/; // no formula ends so before a word: `$PATH:$HOME`, `$a->$b`
const NAME = /^(?:[A-Z_][A-Z0-9_]+|[A-Za-z_]\w{2,})$/; // a variable of a shell: `$HOME$PATH`
const PRICE = /^\d[\d.,]*\s+[^\s\\^_={}]{2,}(?:\s[^\\^_={}]*)?$/; // `$5 and 10$`
const SYMBOL = /[\\^_=+<>\d{}|/]/;

/**
 * Syntax for micromark. `blocks`: whether formulas may stand on lines of their own, between a mark's line and its closing line.
 * @param {boolean} [blocks]
 * @returns {import("micromark-util-types").Extension}
 */
export function mathSyntax(blocks = true) {
  const text = { [DOLLAR]: { name: "dollars", tokenize: dollars }, [BACKSLASH]: { name: "brackets", tokenize: brackets } };
  const flow = { [DOLLAR]: block(DOLLAR, DOLLAR), [BACKSLASH]: block(91, 93) };
  return blocks ? { text, flow } : { text };
}

/** What becomes of it in mdast: nodes `formula`, with `value`, `display` and what was written, `source`. @returns {any} */
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

/** @this {Tokens} @param {Effects} effects @param {Step} ok @param {Step} nok */
function dollars(effects, ok, nok) {
  const { previous } = this;
  const reader = read(effects);
  let size = 0;
  /** @type {Step} */
  const open = (code) => {
    if (code === DOLLAR && size < 3) {
      size += 1;
      return reader.mark(code, open);
    }
    if (size > 2 || (size === 1 && (isSpace(code) || isWord(previous)))) return nok(code);
    return inside(code);
  };
  /** @type {Step} */
  const inside = (code) => {
    if (code === null || (size === 1 && isEnd(code))) return nok(code);
    if (code === BACKSLASH) return reader.take(code, (next) => (next === null || isEnd(next) ? inside(next) : reader.take(next, inside)));
    return code === DOLLAR ? reader.mark(code, close) : reader.take(code, inside);
  };
  /** @type {Step} */
  const close = (code) => {
    if (size === 2) return code === DOLLAR ? reader.mark(code, displayed) : nok(code);
    return isInline(reader.value, code) ? reader.done("$", "$", false, ok)(code) : nok(code);
  };
  /** @type {Step} */
  const displayed = (code) => {
    const spaced = /^\s|\s$/.test(reader.value) && !SYMBOL.test(reader.value); // "$$ or $$"
    return code === DOLLAR || spaced || !reader.value.trim() ? nok(code) : reader.done("$$", "$$", true, ok)(code);
  };
  return (/** @type {Code} */ code) => (previous === DOLLAR ? nok(code) : open(code));
}

/** @param {string} value @param {Code} next */
function isInline(value, next) {
  if (!value || /\s$/.test(value) || isDigit(next) || next === DOLLAR || PRICE.test(value)) return false;
  const goesOn = isWord(next) || next === 123 || next === 40; // a letter, { or (
  return !goesOn || !(JOINED.test(value) || NAME.test(value));
}

/** @this {Tokens} @param {Effects} effects @param {Step} ok @param {Step} nok */
function brackets(effects, ok, nok) {
  const { previous } = this;
  const reader = read(effects);
  let opener = 0;
  /** @type {Step} */
  const open = (code) => {
    if (!code || !CLOSES[code] || (code === 40 && isPath(previous))) return nok(code);
    opener = code;
    return reader.mark(code, inside);
  };
  /** @type {Step} */
  const inside = (code) => {
    if (code === null) return nok(code);
    return code === BACKSLASH ? reader.mark(code, escaped) : reader.take(code, inside);
  };
  /** @type {Step} */
  const escaped = (code) => {
    if (code === opener || code === null) return nok(code); // nor is any looked for twice
    if (code === CLOSES[opener]) return reader.value.trim() ? reader.mark(code, end) : nok(code);
    reader.value += "\\";
    return isEnd(code) ? inside(code) : reader.take(code, inside);
  };
  /** @type {Step} */
  const end = (code) => (opener === 40 ? reader.done("\\(", "\\)", false, ok) : reader.done("\\[", "\\]", true, ok))(code);
  return (/** @type {Code} */ code) => (previous === BACKSLASH ? nok(code) : reader.mark(code, open));
}

/** Whether what stands before `\(` makes it a part of a path or of a pattern. @param {Code} code */
const isPath = (code) => isWord(code) || [34, 39, 47, 92].includes(code ?? 0); // " ' / \

/** Reads characters of a formula into `value`, whose marks are no part of it. @param {Effects} effects */
function read(effects) {
  /** @type {any} */
  let token = null;
  const consume = (/** @type {Code} */ code) => {
    if (isEnd(code)) effects.enter("lineEnding");
    effects.consume(code);
    if (isEnd(code)) effects.exit("lineEnding");
  };
  const reader = {
    value: "",
    mark: (/** @type {Code} */ code, /** @type {Step} */ next) => {
      token ??= effects.enter("formula");
      effects.enter("formulaMark"); // its last line must hold a token of its own, or micromark never ends
      effects.consume(code);
      effects.exit("formulaMark");
      return next;
    },
    take: (/** @type {Code} */ code, /** @type {Step} */ next) => {
      reader.value += fromCharCode(code ?? -1);
      return consume(code), next;
    },
    /** @param {string} open @param {string} close @param {boolean} display @param {Step} ok @returns {Step} */
    done: (open, close, display, ok) => (code) => {
      token.formula = { value: reader.value.trim(), display, source: open + reader.value + close, closed: true };
      effects.exit("formula");
      return ok(code);
    },
  };
  return reader;
}

/**
 * A formula between two lines that hold nothing but its marks: `$$`, or `\[` and `\]`.
 * @param {number} opener
 * @param {number} closer
 * @returns {Construct}
 */
function block(opener, closer) {
  const [first, [open, close]] = opener === DOLLAR ? [DOLLAR, ["$$", "$$"]] : [BACKSLASH, ["\\[", "\\]"]];
  return { name: "formulaBlock", concrete: true, tokenize };

  /** @this {Tokens} @param {Effects} effects @param {Step} ok @param {Step} nok @returns {Step} */
  function tokenize(effects, ok, nok) {
    const self = this;
    /** @type {string[]} */
    const lines = [];
    let line = "";
    /** @type {any} */
    let token = null;

    /** @type {Step} */

    const start = (code) => {
      token = effects.enter("formula");
      effects.consume(code);
      return (next) => (next === opener ? (effects.consume(next), rest) : nok(next));
    };
    /** @type {Step} */
    const rest = (code) => {
      if (isBlank(code)) return effects.consume(code), rest;
      if (!isEnd(code)) return nok(code);
      return self.interrupt ? ok(code) : effects.check(goesOn, next, after(false))(code);
    };
    /** @type {Step} */
    const next = (code) => {
      effects.enter("lineEnding");
      effects.consume(code);
      effects.exit("lineEnding");
      return effects.attempt({ partial: true, tokenize: closing }, after(true), within);
    };
    /** @type {Step} */
    const within = (code) => {
      if (code === null) {
        if (line) effects.exit("formulaData");
        return after(false)(code);
      }
      if (!isEnd(code)) {
        if (!line) effects.enter("formulaData");
        line += fromCharCode(code) || " ";
        return effects.consume(code), within;
      }
      if (line) effects.exit("formulaData");
      lines.push(line);
      line = "";
      return effects.check(goesOn, next, after(false))(code);
    };
    const after = (/** @type {boolean} */ closed) => (/** @type {Code} */ code) => {
      token.formula = { value: lines.join("\n").trim(), display: true, source: [open, ...lines, close].join("\n"), closed };
      effects.exit("formula");
      return ok(code);
    };
    return start;
  }

  /** @param {Effects} effects @param {Step} ok @param {Step} nok @returns {Step} */
  function closing(effects, ok, nok) {
    /** @type {Step} */
    const start = (code) => {
      if (isBlank(code)) return effects.consume(code), start;
      if (code !== first) return nok(code);
      effects.enter("formulaMark");
      return effects.consume(code), second;
    };
    /** @type {Step} */
    const second = (code) => {
      if (code !== closer) return nok(code);
      effects.consume(code);
      effects.exit("formulaMark");
      return rest;
    };
    /** @type {Step} */
    const rest = (code) => {
      if (isBlank(code)) return effects.consume(code), rest;
      return code === null || isEnd(code) ? ok(code) : nok(code);
    };
    return start;
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
