// Going to a message from a list of marked ones, wherever it was said.

import { tell } from "../live/store.js";

export function reveal(room, id) {
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  if (matchMedia("(max-width: 820px)").matches) document.querySelectorAll(".drawer:popover-open").forEach((drawer) => drawer.hidePopover());
  tell("navigate", `/r/${room}?m=${id}`);
}
