// The letters that stand for a person who has no picture.

import { first } from "../graphemes.js";

const CASED = /\p{Lu}|\p{Ll}/u;

/** A name's first letters: one in scripts without capitals, else up to two. @param {string | null | undefined} name */
export function initials(name) {
  const words = (name ?? "").trim().split(/[\s._-]+/u).filter(Boolean);
  const letters = words.map(first);
  if (!letters.length) return "?";
  return CASED.test(letters[0]) ? letters.slice(0, 2).join("").toUpperCase() : letters[0];
}
