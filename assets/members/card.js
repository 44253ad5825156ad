// A person's card. A member's card closes when they leave the room, which may have to be checked.

import { dialogs } from "../dom.js";
import { wantMembers } from "../live/people.js";
import { changed, currentFeed, state, subscribe, view } from "../live/store.js";

const CARD = "member";

/**
 * Choose whose card opens. An `author` of messages may have left the room.
 * @param {string} id
 * @param {Person | null} [author]
 */
export function chooseMember(id, author = null) {
  Object.assign(state, { member: id, author, opened: state.opened + 1 });
  if (author && !currentFeed()?.members.some((member) => member.id === id)) wantMembers();
  changed();
}

subscribe(() => {
  if (!state.member || view.member || wantMembers()) return;
  state.member = null;
  dialogs(`#${CARD}[open], [data-about="${CARD}"][open]`).forEach((dialog) => dialog.close());
});
