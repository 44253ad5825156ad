// What is loaded only when a message needs it: colours for code, and formulas.
import { useSyncExternalStore } from "react";

const LOADERS = {
  highlight: async () => {
    const { common, createLowlight } = await import("lowlight");
    return createLowlight(common);
  },
  math: async () => {
    const [{ default: katex }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
    return katex;
  },
};

const loaded = {};
const loading = new Set();
const listeners = new Set();

async function load(name) {
  if (loading.has(name)) return;
  loading.add(name);
  try {
    loaded[name] = await LOADERS[name]();
  } catch {
    loading.delete(name); // the network is away; the next message tries again
    return;
  }
  listeners.forEach((listener) => listener());
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The plugin `name` if it is wanted and there; when it comes, whoever wanted it renders anew. */
export function usePlugin(name, wanted) {
  const snapshot = () => (wanted ? loaded[name] : undefined);
  const plugin = useSyncExternalStore(subscribe, snapshot, snapshot);
  if (wanted && !plugin) load(name);
  return plugin;
}
