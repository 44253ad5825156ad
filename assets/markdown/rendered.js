// Markdown as React elements, block by block.
import { createElement, useDeferredValue } from "react";

import { Block } from "$/public/markdown/block.js";
import { blocks, withoutTableHead } from "$/public/markdown/blocks.js";

export default function Rendered({ text, streaming, typed, people }) {
  const shown = useDeferredValue(streaming ? withoutTableHead(text) : text); // a long block is rendered in slices, between the reader's own doings
  const pieces = blocks(shown);
  return pieces.map((piece, index) =>
    createElement(Block, { key: index, text: piece, typed, growing: streaming && index === pieces.length - 1, people }),
  );
}
