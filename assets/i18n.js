// Translations, by i18next: the language is chosen before the first paint, and changes at once everywhere.
import i18next from "i18next";

import { keep, recall } from "./device.js";
import { listen, tab } from "./dom.js";
import { makeStore } from "./store.js";

const KEY = "parley.locale";
const LOCALES = ["en", "ja"];

/** The language kept on this device, else the browser's first that there is a catalogue for. */
function preferred() {
  if (typeof window === "undefined") return "en";
  const wanted = [recall(KEY), ...navigator.languages].map((tag) => tag?.split("-")[0] ?? "");
  return wanted.find((tag) => LOCALES.includes(tag)) ?? "en";
}

const TURNS = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Bidi_Control}]/u;

/** What stands in a sentence and runs the other way, such as a name, leaves the words around it in their order. React escapes it. @param {string} value */
const isolated = (value) => (TURNS.test(value) ? `\u2068${value}\u2069` : value);

/** Where everybody's texts are, by language. Only those of the language in use are loaded. @type {Catalogue} */
const OF_EVERYBODY = {
  en: () => import("$/public/locales/en.json"),
  ja: () => import("$/public/locales/ja.json"),
};
const catalogues = [OF_EVERYBODY];

const first = preferred();
const { default: texts } = await OF_EVERYBODY[first](); // the page's head asks for them before any script does
i18next.init({
  lng: first,
  fallbackLng: false,
  initAsync: false,
  resources: { [first]: { translation: texts } },
  interpolation: { escape: isolated },
});

/** @param {string} language @returns {Translate} */
function translated(language) {
  const fixed = /** @type {Translate} */ (i18next.getFixedT(language));
  /** Texts without values: each row of a list asks for the same ones, and i18next puts each together anew. @type {Map<string, string>} */
  const plain = new Map();
  const remember = (/** @type {string} */ key) => plain.set(key, fixed(key)).get(key) ?? key;
  return (key, values) => {
    if (!values && typeof key === "string") return plain.get(key) ?? remember(key);
    return fixed(key, values);
  };
}

/** @param {string} language */
function inUse(language) {
  if (typeof document !== "undefined") document.documentElement.lang = language;
  return { language, t: translated(language) };
}

const words = makeStore(inUse(i18next.language));
i18next.on("languageChanged", (language) => words.set(inUse(language)));
listen(tab, { storage: ({ key, newValue }) => key === KEY && LOCALES.includes(newValue) && change(newValue) });

/** @param {string} language @param {Catalogue} catalogue */
async function load(language, catalogue) {
  const { default: texts } = await catalogue[language]();
  i18next.addResourceBundle(language, "translation", texts);
}

/** The choice shows at once, and the words follow. Without a connection both stay. @param {string} language */
async function change(language) {
  words.update({ language });
  const isHere = await Promise.all(catalogues.map((each) => load(language, each))).catch(() => false);
  const { language: wanted } = words.get();
  if (isHere && language === wanted) i18next.changeLanguage(language);
  else if (language === wanted) words.update({ language: i18next.language });
}

export const { subscribe } = words;

/** Add texts, and load them; some pages alone have theirs. @param {Catalogue} catalogue */
export async function addTexts(catalogue) {
  catalogues.push(catalogue);
  await load(i18next.language, catalogue);
  words.set(inUse(i18next.language));
}

/**
 * The translating function; a new one after each change of language, so that components that depend on it render
 * again.
 */
export const useT = () => words.use("t");

/** The translating function outside of React. */
export const current = () => words.get().t;

export const locale = () => i18next.language;

export const useLocale = () => words.use("language");

/** Change the language, here and in this browser's other tabs, once its texts are here. @param {string} language */
export async function setLocale(language) {
  if (!LOCALES.includes(language)) return;
  keep(KEY, language);
  await change(language);
}

export const localeInput = { onChange: (/** @type {{ target: HTMLSelectElement }} */ { target }) => setLocale(target.value) };
