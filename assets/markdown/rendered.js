// Markdown as React elements, block by block. Raw HTML is shown as text; nothing in a message can run or load by itself.
import { createElement, memo, useDeferredValue, useId } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";

import { useT } from "$/public/i18n.js";
import { blocks, withoutTableHead } from "$/public/markdown/blocks.js";
import { Code } from "$/public/markdown/code.js";
import { formulas } from "$/public/markdown/math.js";
import { mentions } from "$/public/markdown/mentions.js";
import { parts, safeUrl } from "$/public/markdown/parts.js";
import { usePlugin } from "$/public/markdown/plugins.js";

const FENCED = /^\n*(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*\n([\s\S]*)$/;
const MATH = /\$[^$]+\$|\\\(|\\\[/;

export default function Rendered({ text, streaming, people }) {
  const shown = useDeferredValue(streaming ? withoutTableHead(text) : text); // a long block is rendered in slices, between the reader's own doings
  const pieces = blocks(shown);
  return pieces.map((piece, index) =>
    createElement(Block, { key: index, text: piece, growing: streaming && index === pieces.length - 1, people }),
  );
}

const Block = memo(function Block({ text, growing, people }) {
  const fenced = fencedCode(text);
  return fenced ? createElement(Code, { ...fenced, growing }) : createElement(Prose, { text, people });
});

/** The code of a piece that is one fence and nothing else, closed or still growing. */
function fencedCode(text) {
  const [, marks, language, rest] = FENCED.exec(text) ?? [];
  if (!marks) return null;
  const close = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`, "m").exec(rest);
  if (close && rest.slice(close.index + close[0].length).trim()) return null;
  return { language, code: close ? rest.slice(0, close.index) : rest };
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
