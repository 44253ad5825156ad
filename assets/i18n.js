// The words, by i18next: the language is chosen before the first paint, and changes at once wherever a word stands.
import i18next from "i18next";
import { useSyncExternalStore } from "react";

import en from "$/public/locales/en.json";
import ja from "$/public/locales/ja.json";

const KEY = "parley.locale";
const LOCALES = ["en", "ja"];

/** The language kept on this device, else the browser's first that there is a catalogue for. */
function preferred() {
  if (typeof window === "undefined") return "en";
  const wanted = [stored(), ...navigator.languages].map((tag) => tag?.split("-")[0]);
  return wanted.find((tag) => LOCALES.includes(tag)) ?? "en";
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be forbidden
  }
}

i18next.init({
  lng: preferred(),
  fallbackLng: "en",
  initAsync: false,
  showSupportNotice: false,
  resources: { en: { translation: en }, ja: { translation: ja } },
  interpolation: { escapeValue: false }, // React escapes
});

const TURNS = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Bidi_Control}]/u;

/** What stands in a sentence and runs the other way, such as a name, leaves the words around it in their order. */
const isolated = (value) => (typeof value === "string" && TURNS.test(value) ? `\u2068${value}\u2069` : value);

function translated(language) {
  const words = i18next.getFixedT(language);
  return (key, values) => words(key, values && Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isolated(value)])));
}

const listeners = new Set();
let translate = translated(i18next.language);

i18next.on("languageChanged", (language) => {
  translate = translated(language);
  mark(language);
  listeners.forEach((listener) => listener());
});

function mark(language) {
  if (typeof document !== "undefined") document.documentElement.lang = language;
}

mark(i18next.language);

if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key === KEY && LOCALES.includes(event.newValue)) i18next.changeLanguage(event.newValue);
  });
}

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The translating function; another one after each change of language, so that whoever depends on it renders anew. */
export const useT = () => useSyncExternalStore(subscribe, current, current);

/** The translating function outside of React. */
export const current = () => translate;

export const locale = () => i18next.language;

export const useLocale = () => useSyncExternalStore(subscribe, locale, locale);

/** Change the language, here and in this browser's other tabs. */
export function setLocale(language) {
  if (!LOCALES.includes(language)) return;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // then for this page alone
  }
  i18next.changeLanguage(language);
}

export const localeInput = { onChange: ({ target }) => setLocale(target.value) };
