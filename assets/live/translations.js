// Translations: what the person has asked for of messages, in their language. They are theirs alone, and end with the tab.

import { known } from "./past.js";
import { changed, currentFeed } from "./store.js";

/** @type {Map<string, { of: string, text: string, model: string }>} */
const translations = new Map();

/** Return the translation of a message as it is now. @param {Message} message */
export function translationOf({ id, text }) {
  const found = translations.get(id);
  return found?.of === text ? found : null;
}

/** @param {string} id */
export function beginTranslation(id) {
  const feed = currentFeed();
  translations.set(id, { of: (feed && known(feed, id)?.text) ?? "", text: "", model: "" });
  changed();
}

/** @param {Ops["translated"]} op */
export function translated({ message, text, model }) {
  const found = translations.get(message);
  if (found) translations.set(message, { ...found, text, model });
}

/** @param {string} id */
export const dropTranslation = (id) => void (translations.delete(id) && changed());
