// Markdown as React elements, block by block. Raw HTML is shown as text; nothing in a message can run or load by itself.
// Where there is much of it, block after block in turns; what comes later stands there as it was written, until its turn.
import { createElement, memo, useDeferredValue, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";

import { useT } from "$/public/i18n.js";
import { blocks, withoutTableHead } from "$/public/markdown/blocks.js";
import { Code } from "$/public/markdown/code.js";
import { linesOf } from "$/public/markdown/lines.js";
import { formulas } from "$/public/markdown/math.js";
import { mentions } from "$/public/markdown/mentions.js";
import { parts, safeUrl } from "$/public/markdown/parts.js";
import { usePlugin } from "$/public/markdown/plugins.js";
import { wait } from "$/public/markdown/turns.js";
import { MOST } from "$/public/markdown/weight.js";

const FENCED = /^\n*(`{3,}|~{3,})(?![`~])([^\n`]*)\n([\s\S]*)$/;
const MATH = /\$[^$]+\$|\\\(|\\\[/;

const AT_ONCE = 60; // weight that is rendered with the message itself
const TURN = 200; // weight that is rendered in one turn

export default function Rendered({ text, streaming, people }) {
  const shown = useDeferredValue(streaming ? withoutTableHead(text) : text);
  const pieces = useMemo(() => blocks(shown), [shown]);
  const rest = useRef(null);
  const [done, setDone] = useState(() => within(pieces, 0, AT_ONCE));
  const grown = streaming && done === pieces.length - 1; // one more, where all were rendered
  if (grown) setDone(pieces.length);
  useLayoutEffect(() => {
    if (done < pieces.length) return wait(rest.current, () => setDone(Math.max(done + 1, within(pieces, done, TURN))));
  }, [pieces, done]);
  const rendered = pieces
    .slice(0, done)
    .map((piece, index) => createElement(Block, { key: index, ...piece, growing: streaming && index === pieces.length - 1, people }));
  return done < pieces.length ? [...rendered, createElement(Plain, { key: "rest", ref: rest, text: joined(pieces.slice(done)) })] : rendered;
}

/** How many pieces are done after another `weight` of them. */
function within(pieces, done, weight) {
  for (; done < pieces.length; done += 1) {
    if (pieces[done].weight <= MOST) weight -= pieces[done].weight;
    if (weight < 0) break;
  }
  return done;
}

const joined = (pieces) => pieces.map(({ text }) => text).join("\n");

/** Text as it was written: laid out when it comes into view, and as high as it will be until then. */
function Plain({ text, ref }) {
  const style = useMemo(() => ({ containIntrinsicHeight: `auto ${linesOf(text)}lh` }), [text]);
  const parts = text.trimEnd().match(/[^]{1,4000}/gu); // of which only the last is shaped anew where the text grows
  return createElement("p", { className: "plain later", ref, style }, parts);
}

const Block = memo(function Block({ text, weight, growing, people }) {
  if (weight > MOST) return createElement(Plain, { text });
  const fenced = fencedCode(text);
  return fenced ? createElement(Code, { ...fenced, growing }) : createElement(Prose, { text, people });
});

/** The code of a piece that is one fence and nothing else, closed or still growing. */
function fencedCode(text) {
  const [, marks, info, rest] = FENCED.exec(text) ?? [];
  if (!marks) return null;
  const close = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`, "m").exec(rest);
  if (close && rest.slice(close.index + close[0].length).trim()) return null;
  return { language: info.trim().split(/\s/, 1)[0], code: close ? rest.slice(0, close.index) : rest };
}

function Prose({ text, people }) {
  const t = useT();
  const math = usePlugin("math", MATH.test(text));
  const clobberPrefix = useId();
  return createElement(ReactMarkdown, {
    children: math ? formulas(text) : text,
    components: parts,
    urlTransform: safeUrl,
    remarkPlugins: [remarkGfm, keepLineBreaks, ...(people?.length ? [[mentions, people]] : []), ...(math?.remark ?? [])],
    rehypePlugins: math?.rehype,
    remarkRehypeOptions: { clobberPrefix, footnoteLabel: t("markdown.footnotes") },
  });
}

/** A line break that someone typed is one. */
function keepLineBreaks() {
  return breakLines;
}

function breakLines(node) {
  if (!node.children) return;
  node.children = node.children.flatMap((child) => {
    if (child.type !== "text" || !child.value.includes("\n")) {
      breakLines(child);
      return [child];
    }
    return child.value
      .split("\n")
      .flatMap((value, index) => [...(index ? [{ type: "break" }] : []), ...(value ? [{ type: "text", value }] : [])]);
  });
}
