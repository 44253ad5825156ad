// Parts that are loaded only when a message needs them: colours for code, and formulas.
import { makeStore } from "../store.js";

// Without the common ones a formula would stand in other letters for a moment.
const FONTS = ["1em KaTeX_Main", "italic 1em KaTeX_Math", "1em KaTeX_Size1", "1em KaTeX_Size2"];
const LOADERS = {
  highlight: async () => {
    const { common, createLowlight } = await import("lowlight");
    return createLowlight(common);
  },
  math: async () => {
    const [{ default: katex }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
    await Promise.allSettled(FONTS.map((font) => document.fonts.load(font)));
    return katex;
  },
};

/**
 * @typedef {{
 *   none: null,
 *   highlight: ReturnType<typeof import("lowlight").createLowlight> | null,
 *   math: typeof import("katex").default | null,
 * }} Plugins
 */
const loaded = makeStore(/** @type {Plugins} */ ({ none: null, highlight: null, math: null }));
const loading = new Set();

/** @param {keyof typeof LOADERS} name */
async function load(name) {
  if (loading.has(name)) return;
  loading.add(name);
  try {
    loaded.update({ [name]: await LOADERS[name]() });
  } catch {
    loading.delete(name); // the network is away; the next message tries again
  }
}

/**
 * The plugin `name` if it is wanted and loaded; when it arrives, the components that wanted it render again.
 * @template {keyof typeof LOADERS} K
 * @param {K} name
 * @param {boolean} wanted
 * @returns {Plugins[K]}
 */
export function usePlugin(name, wanted) {
  const plugin = loaded.use(wanted ? name : /** @type {K} */ ("none"));
  if (wanted && !plugin) load(name);
  return plugin;
}
