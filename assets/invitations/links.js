// Invite links: copied as they are made, and asked for again when somebody has used one or was invited.

import { copy } from "../components/copy.js";
import { dialogOf, listen, page } from "../dom.js";
import { changed, feedOf, on, state, tell } from "../live/store.js";
import { gathered } from "../timing.js";

const TOGETHER = 300; // ms in which those who come are told of together

export const addressProps = {
  onFocus: (/** @type {{ target: HTMLInputElement }} */ { target }) => {
    target.select();
    requestAnimationFrame(() => target.scrollTo({ left: 0 })); // its beginning says what it is
  },
};

/** A new link is copied automatically; it is selected if the browser does not allow that. */
on("linkMade", (/** @type {ShownLink} */ { id, address }) => {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
  copy(address).then((copied) => copied && tell("toast", "common.copied"));
});

const load = gathered((room) => tell("send", "load_links", { room }), () => TOGETHER);

/** Links and invitations that are being looked at, were used or answered perhaps: say anew how they are, for a crowd once. @param {string} room */
const renew = (room) => dialogOf("invite")?.open && load(room);
on("member", renew);
on("invited", renew);

/** The results of inviting are shown until the dialog closes. @param {Event} event */
function forget({ target }) {
  if (target !== dialogOf("invite") || !state.current) return;
  feedOf(state.current).asked = [];
  changed();
}

listen(page, { close: forget }, true);
