// Whom a text names, in words: for lines that show no Markdown.
import { named } from "../markdown/mentions.js";
import { acquainted } from "./people.js";
import { currentFeed, NONE } from "./store.js";

/** `text` with the names of the room's members for their usernames. @param {string} text */
export function withNames(text) {
  const feed = currentFeed();
  return named(text, feed ? acquainted(feed) : NONE);
}
