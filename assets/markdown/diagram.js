// A diagram that Mermaid draws, in a frame without an origin: whatever is in it, it can load nothing, reach nothing and
// does not hold up the page. What comes back is shown as a picture, which runs nothing either. Failing that, its source.
import { createElement as h, useEffect, useState } from "react";

import { useT } from "../i18n.js";
import { Code } from "./code.js";

const LENGTH = 6_000; // characters
const PATIENCE = 8_000; // ms
const SIZE = 1_000_000; // characters of a picture
const KIND = /^\s*(?:---[\s\S]*?---\s*)?(?:%%.*\n\s*)*([A-Za-z][\w-]*)/;

/** @param {{ code: string }} props */
export function Diagram({ code }) {
  const t = useT();
  const [picture, setPicture] = useState("");
  const [isSource, showSource] = useState(false);
  useEffect(() => {
    let wanted = true;
    setPicture("");
    drawn(code)?.then((svg) => wanted && setPicture(svg), () => {}); // its source stands there
    return () => void (wanted = false);
  }, [code]);
  const source = h(Code, { code, language: "mermaid" });
  if (!picture) return source;
  const alt = t("markdown.diagram", { kind: KIND.exec(code)?.[1] ?? "" });
  const words = t(isSource ? "markdown.showDiagram" : "markdown.showSource");
  return h(
    "div",
    { className: "diagram" },
    isSource ? source : h("div", { className: "picture-place", tabIndex: 0, role: "group", "aria-label": alt }, h("img", { src: picture, alt })),
    h("button", { type: "button", className: "link", "aria-pressed": isSource, onClick: () => showSource(!isSource) }, words),
  );
}

/** @type {Promise<unknown>} */
let last = Promise.resolve();
/** @type {Map<string, Promise<string>>} */
const pictures = new Map(); // source → picture

/** One after the other. @param {string} code @returns {Promise<string> | undefined} */
function drawn(code) {
  if (!pictures.has(code)) {
    const picture = code.length > LENGTH ? Promise.reject(new Error("too long")) : last.then(() => draw(code));
    last = picture.catch(() => {});
    if (pictures.size > 50) pictures.clear();
    pictures.set(code, picture);
  }
  return pictures.get(code);
}

/** @param {string} code */
async function draw(code) {
  const { default: mermaid } = await import("@mermaid-js/tiny/dist/mermaid.tiny.js?url");
  const frame = document.createElement("iframe");
  const [library, drawing] = [mermaid, "/markdown/drawing.js"].map((path) => new URL(path, location.origin).href);
  const policy = `default-src 'none'; script-src ${library} ${drawing}; style-src 'unsafe-inline'`;
  frame.setAttribute("sandbox", "allow-scripts");
  Object.assign(frame, {
    className: "drawing",
    ariaHidden: "true",
    tabIndex: -1,
    srcdoc: `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><body><script src="${library}"></script><script src="${drawing}"></script>`,
  });
  try {
    return toPicture(await answer(frame, code));
  } finally {
    frame.remove();
  }
}

/** @param {HTMLIFrameElement} frame @param {string} code @returns {Promise<{ svg: string }>} */
function answer(frame, code) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(done, PATIENCE, reject, new Error("late"));
    const hear = (/** @type {MessageEvent} */ { data, source }) => {
      if (source !== frame.contentWindow) return;
      if (data?.ready) frame.contentWindow?.postMessage(code, "*"); // it has no origin to name
      else if (typeof data?.svg === "string" && data.svg.length < SIZE) done(resolve, data);
      else done(reject, new Error("not drawn"));
    };
    /** @param {(value: any) => void} settle @param {unknown} value */
    function done(settle, value) {
      clearTimeout(late);
      removeEventListener("message", hear);
      settle(value);
    }
    addEventListener("message", hear);
    document.body.append(frame);
  });
}

/** @param {{ svg: string }} drawing */
const toPicture = ({ svg }) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
