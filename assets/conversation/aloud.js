// Reading messages aloud, by voices that are on this machine: others send the text to the browser's maker. Answers are
// read by the site's model for that, where it has one.
import { warn } from "../components/toasts.js";
import { find, listen } from "../dom.js";
import { locale } from "../i18n.js";
import { makeStore } from "../store.js";
import { playSpeech } from "./speech.js";

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

const local = () => globalThis.speechSynthesis?.getVoices().filter(({ localService }) => localService) ?? [];

const reader = makeStore({ id: "", able: false }, () => {
  const look = () => void reader.update({ able: local().length > 0 });
  look();
  return globalThis.speechSynthesis && listen(speechSynthesis, { voiceschanged: look }); // they come later in some browsers
});
export const useReader = reader.use;

/** The sentences of a text, because browsers stop in long ones. @param {string} text @param {string} language */
const sentences = (text, language) => [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)].map(({ segment }) => segment.trim()).filter(Boolean);

let stop = new AbortController();

/** Read a message aloud, or stop reading it. @param {string} id @param {boolean} byModel whether the site's model is asked */
export function readAloud(id, byModel) {
  const stops = reader.get().id === id;
  stop.abort();
  stop = new AbortController();
  globalThis.speechSynthesis?.cancel();
  const text = find(`[data-message="${CSS.escape(id)}"] .message-text`)?.innerText ?? "";
  reader.update({ id: "" });
  if (stops || !text) return;
  reader.update({ id });
  if (byModel) void askModel(id, stop.signal);
  else say(id, text);
}

/** @param {string} id */
const ended = (id) => reader.get().id === id && reader.update({ id: "" });

/** @param {string} id @param {AbortSignal} signal */
async function askModel(id, signal) {
  const problem = await playSpeech(id, signal);
  if (signal.aborted) return;
  ended(id);
  if (problem) warn(`errors.${problem.code}`, problem.details);
}

/** @param {string} id @param {string} text */
function say(id, text) {
  const language = JAPANESE.test(text) ? "ja" : locale() === "ja" ? "en" : locale();
  const voice = local().find(({ lang }) => lang.startsWith(language)) ?? null;
  const parts = sentences(text, language).map((each) => Object.assign(new SpeechSynthesisUtterance(each), { voice, lang: voice?.lang ?? language }));
  for (const part of parts) part.onerror = () => ended(id);
  Object.assign(parts.at(-1) ?? {}, { onend: () => ended(id) });
  parts.forEach((part) => speechSynthesis.speak(part));
}
