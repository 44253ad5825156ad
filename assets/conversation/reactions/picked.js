// The message whose menu, or choice of reactions, is open: one of each serves all messages.

import { copyAndSay } from "../../components/copy.js";
import { closest, find, listen, page } from "../../dom.js";
import { toggleReaction } from "../../live/marks.js";
import { openAside } from "../../live/asides.js";
import { known } from "../../live/past.js";
import { currentFeed, feedHere, NONE, state, subscribe, view } from "../../live/store.js";
import { replace } from "../../components/floating.js";
import { makeStore, sameList } from "../../store.js";
import { openAll } from "./all.js";
import { atHand, noteUse } from "./recent.js";

let id = "";
const picked = makeStore({ row: /** @type {Row | null} */ (null), readers: NONE, quick: atHand() }, () => {
  look();
  return subscribe(look);
});
export const usePicked = picked.use;

function look() {
  picked.update({ row: view.rows.find((row) => row.id === id) ?? null, readers: readersOf() });
}

/** The names of the people who have read the person's own message, if each one's position is known. */
function readersOf() {
  const feed = currentFeed();
  const message = feed && known(feed, id);
  const own = !!message?.author && message.author.id === state.me?.id;
  const isReader = (/** @type {Member} */ { id: who }) => own && who !== message.author?.id && (feed?.seen?.get(who)?.[0] ?? 0) >= message.seq;
  const read = feed?.members.filter(isReader) ?? [];
  return sameList(picked.get().readers, read.map(({ name }) => name));
}

/** @param {string} menu */
const close = (menu) => document.getElementById(menu)?.hidePopover();

/** @param {string} emoji */
export function give(emoji) {
  toggleReaction(id, emoji);
  noteUse(emoji);
  close("reactions");
  close("all-emoji");
}

/** Copy the address that opens the room at the message. */
export const linkPicked = () => copyAndSay(`${location.origin}/r/${state.current}?m=${id}`, "marks.linkCopied");

/** Begin a question in the aside about the message, or about its selected part. */
export function askAboutPicked() {
  const selection = getSelection();
  const within = find(`[data-message="${CSS.escape(id)}"]`)?.contains(selection?.anchorNode ?? null);
  const about = (within && String(selection).trim()) || (known(feedHere(), id)?.text ?? "");
  openAside({ draft: `${about.split("\n").map((line) => `> ${line}`).join("\n")}\n\n` });
}

/** Show all emoji. */
export function more() {
  replace("reactions", "all-emoji");
  openAll();
}

/** @param {MouseEvent} event */
function click(event) {
  const message = closest(event, "[data-menu]") && closest(event, "[data-message]");
  if (!message) return;
  id = message.dataset.message ?? "";
  picked.update({ quick: atHand() });
  look();
}
listen(page, { click }, true);
