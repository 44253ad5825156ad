// The names of emoji, in the reader's language and in English. Loaded when a person first opens the list of all emoji.

import { fold } from "../../folding.js";
import { canonical } from "../../canonical.js";

/** @typedef {{ emoji: string, name: string, words: string }} Named */
/** @typedef {{ hexcode: string, unicode: string, label: string, group?: number, tags?: string[] }} Emoji */

/** @type {Record<string, () => Promise<{ default: unknown }>>} */
const LOADERS = {
  en: () => import("emojibase-data/en/compact.json"),
  ja: () => import("emojibase-data/ja/compact.json"),
};
const PARTS = 2; // the group of what only ever stands within an emoji
const SHOWN = 64; // of those that fit

/**
 * Every emoji with its name and the words by which it is found; those of `groups` come first, and are written as there.
 * @param {{ emoji: string[] }[]} groups
 * @param {string} language
 */
export async function load(groups, language) {
  const files = await Promise.all([LOADERS[language] ?? LOADERS.en, LOADERS.en].map((load) => load()));
  const [own, english] = files.map((file) => /** @type {Emoji[]} */ (file.default));
  const common = new Set(groups.flatMap(({ emoji }) => emoji).map(canonical));
  const also = new Map(english.map((each) => [each.hexcode, each]));
  const named = own
    .filter(({ group }) => group !== undefined && group !== PARTS)
    .map(({ hexcode, unicode, label, tags = [] }) => {
      const { label: other, tags: others = [] } = also.get(hexcode) ?? { label: "" };
      const emoji = canonical(unicode);
      return { emoji, name: label, words: fold([label, ...tags, other, ...others, emoji].join(" ")) };
    });
  return [...named.filter(({ emoji }) => common.has(emoji)), ...named.filter(({ emoji }) => !common.has(emoji))];
}

/** @param {string} text */
const isAscii = (text) => /^[\x00-\x7f]*$/.test(text);

/** Those that a text fits, word by word; those whose name it begins come first. @param {Named[]} named @param {string} text */
export function find(named, text) {
  const query = fold(text.trim());
  const parts = query.split(/\s+/);
  const fits = named.filter(({ words }) => parts.every((part) => (isAscii(part) ? ` ${words}`.includes(` ${part}`) : words.includes(part))));
  const begins = (/** @type {Named} */ { words }) => words.startsWith(query);
  return [...fits.filter(begins), ...fits.filter((each) => !begins(each))].slice(0, SHOWN);
}
