// What emoji are called, in the reader's language and in English. Loaded when somebody first wants to see them all.

const LOADERS = {
  en: () => import("emojibase-data/en/compact.json"),
  ja: () => import("emojibase-data/ja/compact.json"),
};
const PARTS = 2; // the group of what only ever stands within an emoji
const SHOWN = 64; // of those that fit

const plain = (emoji) => emoji.replaceAll("\uFE0F", "");
const canonical = (emoji) => emoji.replace(/(\p{Emoji_Presentation})\uFE0F/gu, "$1");

/** A text in which widths, cases and kinds of kana are alike. */
const folded = (text) =>
  text.normalize("NFKC").toLowerCase().replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));

/** Every emoji with its name and the words by which it is found; those of `groups` come first, and are written as there. */
export async function load(groups, language) {
  const files = await Promise.all([LOADERS[language] ?? LOADERS.en, LOADERS.en].map((load) => load()));
  const [own, english] = files.map((file) => file.default);
  const written = new Map(groups.flatMap(({ emoji }) => emoji).map((emoji) => [plain(emoji), emoji]));
  const also = new Map(english.map((each) => [each.hexcode, each]));
  const named = own
    .filter(({ group }) => group !== undefined && group !== PARTS)
    .map(({ hexcode, unicode, label, tags = [] }) => {
      const { label: other, tags: others = [] } = also.get(hexcode);
      const emoji = written.get(plain(unicode)) ?? canonical(unicode);
      return { emoji, name: label, words: folded([label, ...tags, other, ...others, emoji].join(" ")) };
    });
  const common = new Set(written.values());
  return [...named.filter(({ emoji }) => common.has(emoji)), ...named.filter(({ emoji }) => !common.has(emoji))];
}

const isAscii = (text) => /^[\x00-\x7f]*$/.test(text);

/** Those that a text fits, word by word; those whose name it begins come first. */
export function find(named, text) {
  const query = folded(text.trim());
  const parts = query.split(/\s+/);
  const fits = named.filter(({ words }) => parts.every((part) => (isAscii(part) ? ` ${words}`.includes(` ${part}`) : words.includes(part))));
  const begins = ({ words }) => words.startsWith(query);
  return [...fits.filter(begins), ...fits.filter((each) => !begins(each))].slice(0, SHOWN);
}
