// Whom a text names, in words: for lines that show no Markdown.
import { named } from "../markdown/mentions.js";
import { currentFeed } from "./store.js";

/** `text` with the names of the room's members for their usernames. @param {string} text */
export const withNames = (text) => named(text, currentFeed()?.members ?? []);
