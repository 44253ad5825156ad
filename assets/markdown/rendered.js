// Markdown as React elements, block by block: where there is much of it, block after block in turns; what comes later stands there as
// it was written, until its turn.
import { createElement, memo, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from "react";

import { Block } from "./block.js";
import { blocks, withoutTableHead } from "./blocks.js";
import { linesOf } from "./lines.js";
import { wait } from "./turns.js";
import { MOST } from "./weight.js";

/** @typedef {import("./blocks.js").Piece} Piece */

const AT_ONCE = 60; // weight that is rendered with the message itself
const TURN = 200; // weight that is rendered in one turn

/** @param {Written & { streaming: boolean }} props */
export default function Rendered({ text, streaming, typed, people }) {
  const shown = useDeferredValue(streaming ? withoutTableHead(text) : text);
  const pieces = useMemo(() => blocks(shown), [shown]);
  const rest = useRef(/** @type {HTMLParagraphElement | null} */ (null));
  const [done, setDone] = useState(() => within(pieces, 0, AT_ONCE));
  const grown = streaming && done === pieces.length - 1; // one more, where all were rendered
  if (grown) setDone(pieces.length);
  useLayoutEffect(() => {
    if (done < pieces.length && rest.current) return wait(rest.current, () => setDone(Math.max(done + 1, within(pieces, done, TURN))));
  }, [pieces, done]);
  const rendered = pieces
    .slice(0, done)
    .map((piece, index) => createElement(/** @type {typeof Block} */ (piece.weight > MOST ? Plain : Block), { key: index, text: piece.text, typed, growing: streaming && index === pieces.length - 1, people }));
  return done < pieces.length ? [...rendered, createElement(Plain, { key: "rest", ref: rest, text: joined(pieces.slice(done)) })] : rendered;
}

/**
 * The number of pieces that are done after another `weight` of them.
 * @param {Piece[]} pieces @param {number} done @param {number} weight
 */
function within(pieces, done, weight) {
  for (; done < pieces.length; done += 1) {
    if (pieces[done].weight <= MOST) weight -= pieces[done].weight;
    if (weight < 0) break;
  }
  return done;
}

/** @param {Piece[]} pieces */
const joined = (pieces) => pieces.map(({ text }) => text).join("\n");

/**
 * Text as it was written: laid out when it comes into view, and as high as it will be until then.
 * @type {import("react").FunctionComponent<{ text: string, ref?: import("react").Ref<HTMLParagraphElement> }>}
 */
const Plain = memo(function Plain({ text, ref }) {
  const style = useMemo(() => ({ containIntrinsicHeight: `auto ${linesOf(text)}lh` }), [text]);
  const parts = text.trimEnd().match(/[^]{1,4000}/gu); // of which only the last is shaped anew where the text grows
  return createElement("p", { className: "plain later", ref, style }, parts);
});
