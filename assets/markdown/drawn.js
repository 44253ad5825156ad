// Render a formula by KaTeX; null where it cannot, or where the result would be too large or too expensive.
import { cellsOf } from "./bounds.js";

const LENGTH = 1_000;
const CELLS = 200;
const NESTING = 20;
const MARKUP = 150_000;
const HEIGHT = 40; // em
const STRUT = /class="strut" style="height:([\d.]+)em;?(?:vertical-align:-([\d.]+)em)?/g;
const WIDE = 36; // characters from which on an inline formula may have to scroll
// Commands that define something, or that KaTeX refuses and would hide.
const REFUSED = /\\(?:[gex]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand|href|url|includegraphics|html[A-Z]\w*)(?![a-zA-Z])/;
const OPTIONS = { throwOnError: true, strict: "ignore", trust: false, maxSize: 20, maxExpand: 300 };

/**
 * `markup` is KaTeX's own, in which what was written is escaped; `depth` in em reaches below the line.
 * @param {typeof import("katex").default} katex
 * @param {string} value
 * @param {boolean} display
 */
export function draw(katex, value, display) {
  if (value.length > LENGTH || cellsOf(value) > CELLS || REFUSED.test(value) || nesting(value) > NESTING) return null;
  try {
    const markup = katex.renderToString(value, { ...OPTIONS, displayMode: display });
    if (markup.length > MARKUP) return null;
    const struts = [...markup.matchAll(STRUT)].map(([, height, depth]) => [Number(height), Number(depth ?? 0)]);
    if (struts.some(([height]) => height > HEIGHT)) return null;
    return { markup, depth: Math.max(0, ...struts.map(([, depth]) => depth)), wide: display || value.length > WIDE };
  } catch {
    return null; // no formula
  }
}

/** @param {string} value */
function nesting(value) {
  let [depth, deepest] = [0, 0];
  for (const [mark] of value.matchAll(/\\[{}]|[{}]|\\(?:begin|end|left|right)(?![a-zA-Z])/g)) {
    if (["{", "\\begin", "\\left"].includes(mark)) depth += 1;
    else if (mark.length !== 2) depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
