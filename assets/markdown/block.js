// A piece of a text as React elements. Raw HTML is shown as text; nothing in a message can run or load by itself.
import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { createElement as h, memo, useId, useMemo } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";

import { useT } from "../i18n.js";
import { Fence, parts } from "./parts.js";
import { treeOf } from "./tree.js";

const FENCED = /^\n*(`{3,}|~{3,})(?![`~])([^\n`]*)\n([\s\S]*)$/;

/**
 * `typed`: a person wrote it, and not a model; `growing`: more of it is still to come.
 * @type {import("react").FunctionComponent<Written & { growing: boolean }>}
 */
export const Block = memo(function Block({ text, typed, growing, people }) {
  const fenced = fencedCode(text);
  return fenced ? h(Fence, { ...fenced, growing }) : h(Prose, { text, typed, people });
});

/** The code of a piece that is one fence and nothing else, closed or still growing. @param {string} text */
function fencedCode(text) {
  const [, marks, info, rest] = FENCED.exec(text) ?? [];
  if (!marks) return null;
  const close = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`, "m").exec(rest);
  if (close && rest.slice(close.index + close[0].length).trim()) return null;
  const [language, ...meta] = info.trim().split(/\s+/);
  return { language, meta: meta.join(" "), code: close ? rest.slice(0, close.index) : rest };
}

/** @param {Written} props */
function Prose({ text, typed, people }) {
  const footnotes = useT()("markdown.footnotes");
  const prefix = useId();
  return useMemo(
    () => toJsxRuntime(treeOf(text, { typed, people, prefix, footnotes }), { Fragment, jsx, jsxs, components: parts, ignoreInvalidStyle: true, passKeys: true, passNode: true }),
    [text, typed, people, prefix, footnotes],
  );
}
