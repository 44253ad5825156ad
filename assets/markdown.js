// A message's text as Markdown. What renders it is loaded when the first message is shown; until then the text stands
// plain, in the same letters and lines, as it does if that cannot be loaded or fails.
import { Component, createElement, lazy, memo, Suspense } from "react";

const RETRY = 2_000; // ms

// What cannot be loaded now, for want of a connection, is asked for again: `lazy` would remember the failure for ever.
const load = () =>
  import("$/public/markdown/rendered.js").catch(() => new Promise((again) => setTimeout(again, RETRY)).then(load));
const Rendered = lazy(load);

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

/** `text` in Markdown. While `streaming` it grows at its end, and only its last block is rendered anew. */
export const Markdown = memo(function Markdown({ text, streaming = false }) {
  const plain = createElement("p", { className: "plain" }, text);
  const rendered = createElement(Suspense, { fallback: plain }, createElement(Rendered, { text, streaming }));
  return createElement(
    "div",
    { className: streaming ? "markdown streaming" : "markdown" },
    createElement(Guard, { text, plain }, rendered),
  );
});
