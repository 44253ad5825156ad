// The text of a file: its beginning in a message, and more of it in the viewer.
import { createElement as h, memo, useEffect, useRef, useState } from "react";

import { request } from "../api.js";
import { useT } from "../i18n.js";
import { Coloured } from "../markdown/code.js";
import { beginning, languageOf, linesIn, visible } from "./lines.js";

const PREVIEW = 2_000; // characters
const KEPT = 50;
const NEAR = "400px"; // of what is seen

/** @type {Map<string, FileText>} */
const known = new Map(); // beginnings: a row that scrolls back has its text at once

/** @param {string} file @param {number} [length] @returns {Promise<FileText | null>} */
async function load(file, length) {
  const told = await request("GET", `/attachments/${file}/text${length ? `?length=${length}` : ""}`);
  if (!told.ok) return null;
  if (length) known.set(file, told.data);
  if (known.size > KEPT) known.delete([...known.keys()][0]);
  return told.data;
}

/**
 * The text of a file once it is wanted, undefined until then and null where there is none; and how to ask for it again.
 * @param {string} file @param {boolean} wanted @param {number} [length]
 * @returns {[FileText | null | undefined, () => void]}
 */
function useText(file, wanted, length) {
  const [text, setText] = useState(/** @type {FileText | null | undefined} */ (length ? known.get(file) : undefined));
  useEffect(() => {
    let gone = false;
    if (wanted && text === undefined) load(file, length).then((found) => !gone && setText(found));
    return () => void (gone = true);
  }, [file, wanted, text]);
  return [text, () => setText(undefined)];
}

/** Whether an element has come near to the view. @param {import("react").RefObject<Element | null>} box */
function useNear(box) {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watcher = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && setNear(true), { rootMargin: NEAR });
    if (box.current) watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [box]);
  return near;
}

/** @param {{ file: string, name: string, size: number, onView: (file: string) => void }} props */
function Preview({ file, name, size, onView }) {
  const t = useT();
  const box = useRef(null);
  const near = useNear(box);
  const [text] = useText(file, near, PREVIEW);
  const language = languageOf(name);
  const code = text && h(Coloured, { code: beginning(text.text), language });
  return h(
    "button",
    { ref: box, type: "button", className: "file-text", style: { "--lines": linesIn(size) }, "aria-label": t("files.view", { name }), onClick: () => onView(file) },
    h("code", { dir: language ? "ltr" : "auto" }, code),
  );
}

export const TextPreview = memo(Preview);

/** @param {{ file: string, name: string, download: string }} props */
export function WholeText({ file, name, download }) {
  const t = useT();
  const [text, again] = useText(file, true);
  if (text === undefined) return h("div", { className: "whole-text", "aria-busy": true }, h("p", { className: "meta" }, t("common.loading")));
  if (text === null)
    return h("div", { className: "whole-text" }, h("p", { role: "alert" }, t("files.noText")), h("button", { type: "button", className: "button", onClick: again }, t("common.retry")));
  const language = languageOf(name);
  const rest = h("p", { className: "meta" }, t("files.textCut"), " ", h("a", { href: download, download: "" }, t("files.downloadWhole")));
  return h(
    "div",
    { className: "whole-text" },
    h("pre", { dir: language ? "ltr" : "auto", tabIndex: 0, role: "group", "aria-label": name }, h("code", null, h(Coloured, { code: visible(text.text), language }))),
    !text.whole && rest,
  );
}
