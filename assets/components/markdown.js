// A message's text as Markdown. What renders it is loaded with the first room, while the server is asked for the messages;
// they wait for it, or the text would stand there raw and then be laid out anew. If that cannot be loaded or fails, the
// text stands plain, in the same letters and lines.
import { Component, createElement, memo, useSyncExternalStore } from "react";

const RETRY = 2_000; // ms
const RUN = 600; // characters

const listeners = new Set();
const markdown = { asked: false, Rendered: null, settled: false }; // settled: loaded, or known not to come at once

async function load() {
  markdown.asked = true;
  try {
    markdown.Rendered = (await import("$/public/markdown/rendered.js")).default;
  } catch {
    setTimeout(load, RETRY); // the connection is away
  }
  markdown.settled = true;
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  if (!markdown.asked) load();
  return () => listeners.delete(listener);
}

/** `settled`: whether messages can be shown; `Rendered`: the component that renders them, null without one. */
export function useMarkdown(name) {
  const read = () => markdown[name];
  return useSyncExternalStore(subscribe, read, read);
}

/** Shows `plain` instead of children that fail, until their text is another. */
class Guard extends Component {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  componentDidUpdate({ text }) {
    if (this.state.failed && text !== this.props.text) this.setState({ failed: false });
  }

  render() {
    return this.state.failed ? this.props.plain : this.props.children;
  }
}

/** Whether so much stands in one run that shaping it, letter by letter with all that follows, would take seconds. */
const isUnbroken = (text) => text.split(/[\s\u2e80-\uffff]/).some((run) => run.length > RUN);

/**
 * `text` in Markdown. While `streaming` it grows at its end, and only its last block is rendered anew. `typed`: a
 * person wrote it, and not a model; `people` are those whom it calls.
 */
export const Markdown = memo(function Markdown({ text, streaming = false, typed = false, people }) {
  const Rendered = useMarkdown("Rendered");
  const plain = createElement("p", { className: "plain", dir: "auto" }, text);
  const className = `markdown${streaming ? " streaming" : ""}${typed ? " typed" : ""}${isUnbroken(text) ? " unbroken" : ""}`;
  return createElement(
    "div",
    { className },
    Rendered ? createElement(Guard, { text, plain }, createElement(Rendered, { text, streaming, typed, people })) : plain,
  );
});
