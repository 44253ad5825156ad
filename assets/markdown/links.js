// Addresses that stand bare in a text: where they end, and where they may lead.
import { gfmAutolinkLiteral } from "micromark-extension-gfm-autolink-literal";

/**
 * The address if a message may lead there, else "": the web and mail, nothing that runs and nothing of this site's own.
 * @param {string} url
 */
export function safeUrl(url) {
  return /^(?:https?:\/\/|mailto:)[^\s]/i.test(url) ? url : "";
}

/**
 * Bare addresses as GitHub finds them, but ended by full-width text and marks: `https://example.com/です`, `（https://example.com）`.
 * @returns {import("micromark-util-types").Extension}
 */
export function bareLinks() {
  const { text = {} } = gfmAutolinkLiteral();
  const ended = new Map([...new Set(/** @type {Construct[]} */ (Object.values(text).flat()))].map((construct) => [construct, endedByWide(construct)]));
  return { text: Object.fromEntries(Object.entries(text).map(([code, list]) => [code, [list].flat().flatMap((each) => (each && ended.get(each)) ?? [])])) };
}

/** The construct, to which a text seems to end where a wide character stands. @param {Construct} construct @returns {Construct} */
function endedByWide(construct) {
  return { ...construct, tokenize };

  /** @this {Tokens} @param {Effects} effects @param {Step} ok @param {Step} nok @returns {Step} */
  function tokenize(effects, ok, nok) {
    /** @type {Code} */
    let real = null;
    let ended = false;
    const give = (/** @type {Step} */ next) => () => {
      ended = true;
      return next(real);
    };
    /** @type {(state: Step) => Step} */
    const narrow = (state) => (code) => {
      real = code;
      const next = state(isWide(code) ? null : code);
      return ended || !next ? next : narrow(next);
    };
    return narrow(construct.tokenize.call(this, /** @type {any} */ (effects), give(ok), give(nok)));
  }
}

/**
 * From U+2E80 on: Chinese, Japanese and Korean with their marks; quotation marks and ellipses before that are wide there too.
 * @param {Code} code
 */
const isWide = (code) => code !== null && (code >= 0x2e80 || code === 0x2026 || (code >= 0x2018 && code <= 0x201f) || (code >= 0x1100 && code < 0x1200));
