// Parts that are loaded only when a message needs them: colours for code, and formulas.
import { makeLoaded } from "./loading.js";

// Without the common ones a formula would stand in other letters for a moment.
const FONTS = ["1em KaTeX_Main", "italic 1em KaTeX_Math", "1em KaTeX_Size1", "1em KaTeX_Size2"];

/** Lowlight, by which code gets its colours. */
export const useHighlighting = makeLoaded(async () => {
  const { common, createLowlight } = await import("lowlight");
  return createLowlight(common);
});

/** KaTeX, which draws formulas. */
export const useMath = makeLoaded(async () => {
  const [{ default: katex }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  await Promise.allSettled(FONTS.map((font) => document.fonts.load(font)));
  return katex;
});
