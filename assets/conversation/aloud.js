// Reading messages aloud, by voices that are on this machine: others send the text to the browser's maker.
import { find, listen } from "../dom.js";
import { locale } from "../i18n.js";
import { makeStore } from "../store.js";

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

const local = () => globalThis.speechSynthesis?.getVoices().filter(({ localService }) => localService) ?? [];

const reader = makeStore({ id: "", able: false }, () => {
  const look = () => void reader.update({ able: local().length > 0 });
  look();
  return globalThis.speechSynthesis && listen(speechSynthesis, { voiceschanged: look }); // they come later in some browsers
});
export const useReader = reader.use;

/** The sentences of a text: browsers break off what is long. @param {string} text @param {string} language */
const sentences = (text, language) => [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)].map(({ segment }) => segment.trim()).filter(Boolean);

/** Read a message aloud, or stop reading it. @param {string} id */
export function readAloud(id) {
  const stops = reader.get().id === id;
  speechSynthesis.cancel();
  const text = find(`[data-message="${CSS.escape(id)}"] .message-text`)?.innerText ?? "";
  reader.update({ id: "" });
  if (stops || !text) return;
  const language = JAPANESE.test(text) ? "ja" : locale() === "ja" ? "en" : locale();
  const voice = local().find(({ lang }) => lang.startsWith(language)) ?? null;
  const parts = sentences(text, language).map((each) => Object.assign(new SpeechSynthesisUtterance(each), { voice, lang: voice?.lang ?? language }));
  const ends = () => reader.get().id === id && reader.update({ id: "" });
  for (const part of parts) part.onerror = ends;
  Object.assign(parts.at(-1) ?? {}, { onend: ends });
  reader.update({ id });
  parts.forEach((part) => speechSynthesis.speak(part));
}
