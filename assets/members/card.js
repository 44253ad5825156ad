// The card of a member: whose it is. It closes by itself when they are there no more, which may have to be asked.

import { dialogs } from "../dom.js";
import { wantMembers } from "../live/people.js";
import { changed, state, subscribe, view } from "../live/store.js";

const CARD = "member";

/** @param {string} id */
export function chooseMember(id) {
  state.member = id;
  changed();
}

subscribe(() => {
  if (!state.member || view.member || wantMembers()) return;
  state.member = null;
  dialogs(`#${CARD}[open], [data-about="${CARD}"][open]`).forEach((dialog) => dialog.close());
});
