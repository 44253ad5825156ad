// A formula drawn by KaTeX, within bounds: in its own box, nothing of it can stand elsewhere, and what is too much is shown as written.
import { createElement as h, useMemo } from "react";

import { useT } from "../i18n.js";
import { draw } from "./drawn.js";
import { useMath } from "./plugins.js";

/** @param {{ node: { formula: Formula } }} props */
export function Formula({ node }) {
  const t = useT();
  const { value, display, source, drawn } = node.formula;
  const katex = useMath("value", drawn);
  const html = useMemo(() => katex && drawn && draw(katex, value, display), [katex, drawn, value, display]);
  if (!html) return h("code", { dir: "ltr", className: "formula-source" }, source);
  const className = ["formula", display && "display", html.wide && "wide"].filter(Boolean).join(" ");
  const named = html.wide ? { tabIndex: 0, role: "group", "aria-label": t("markdown.formula") } : {};
  const style = html.wide && !display ? { verticalAlign: `${-html.depth}em` } : undefined;
  return h("span", { dir: "ltr", className, style, ...named, dangerouslySetInnerHTML: { __html: html.markup } });
}
