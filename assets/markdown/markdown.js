// A message's text as Markdown. What renders it is loaded with the first room, while the server is asked for the messages;
// they wait for it, or the text would stand there raw and then be laid out anew. If that cannot be loaded or fails, the
// text stands plain, in the same letters and lines.
import { createElement, memo } from "react";
import { ErrorBoundary } from "react-error-boundary";

import { makeLoaded } from "./loading.js";

const RUN = 600; // characters

/** @typedef {Written & { streaming?: boolean }} Shown */
/** The component that renders messages; they can be shown once it is settled whether there is one. */
export const useMarkdown = makeLoaded(async () => (await import("./rendered.js")).default);

/**
 * Whether so much stands in one run that shaping it, letter by letter with all that follows, would take seconds.
 * @param {string} text
 */
const isUnbroken = (text) => text.split(/[\s\u2e80-\uffff]/).some((run) => run.length > RUN);

/**
 * `text` in Markdown. While `streaming` it grows at its end, and only its last block is rendered anew. `typed`: a
 * person wrote it, and not a model; `people` are those whom it calls.
 * @type {import("react").FunctionComponent<Shown>}
 */
export const Markdown = memo(function Markdown({ text, streaming = false, typed = false, people }) {
  const Rendered = useMarkdown("value");
  const plain = createElement("p", { className: "plain", dir: "auto" }, text);
  const className = `markdown${streaming ? " streaming" : ""}${typed ? " typed" : ""}${isUnbroken(text) ? " unbroken" : ""}`;
  return createElement(
    "div",
    { className },
    Rendered ? createElement(ErrorBoundary, { fallback: plain, resetKeys: [text] }, createElement(Rendered, { text, streaming, typed, people })) : plain,
  );
});
