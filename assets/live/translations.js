// Translations of messages into the person's language. Only they see them, and they end with the tab.

import { changed } from "./store.js";

/** @type {Map<string, { of: string, text: string, model: string }>} */
const translations = new Map();

/** Return the translation of a message as it is now, or that one is being made. @param {Message} message */
export function translationOf({ id, text }) {
  const found = translations.get(id);
  return found && (!found.text || found.of === text) ? found : null;
}

/** @param {string} id */
export function beginTranslation(id) {
  translations.set(id, { of: "", text: "", model: "" });
  changed();
}

/** `of`: the text that was translated, which is shown if it is still the message's. @param {Ops["translated"]} op */
export function translated({ message, of, text, model }) {
  if (translations.has(message)) translations.set(message, { of, text, model });
}

/** @param {string} id */
export const dropTranslation = (id) => void (translations.delete(id) && changed());
