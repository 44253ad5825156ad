// Go to a message from a list of pins or stars, in whatever room it is.

import { dialogs, find } from "../dom.js";
import { tell } from "../live/store.js";

/** @param {string} room @param {string} id */
export function reveal(room, id) {
  dialogs("dialog[open]").forEach((dialog) => dialog.close());
  if (matchMedia("(max-width: 820px)").matches) find(".drawer:popover-open")?.hidePopover();
  tell("navigate", `/r/${room}?m=${id}`);
}
