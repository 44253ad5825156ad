// Sharing an address of this site.

import { copy } from "../components/copy.js";
import { changed, feedOf, on, state, tell } from "../live/store.js";

const TOGETHER = 300; // ms in which those who come are told of together

export const addressProps = {
  onFocus: ({ target }) => {
    target.select();
    requestAnimationFrame(() => target.scrollTo({ left: 0 })); // its beginning says what it is
  },
};

/** A new link is copied by itself; it stands selected where the browser does not allow that. */
on("linkMade", ({ id, address }) => {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
  copy(address).then((copied) => copied && tell("said", "common.copied"));
});

/** Links and invitations that are being looked at, were used or answered perhaps: say anew how they are, for a crowd once. */
let asking = null;
const renew = (room) => {
  if (asking || !document.getElementById("invite")?.open) return;
  asking = setTimeout(() => {
    asking = null;
    tell("send", "load_links", { room });
  }, TOGETHER);
};
on("member", renew);
on("invited", renew);

/** What came of asking is told until the dialog closes. */
function forget({ target }) {
  if (target.id !== "invite" || !state.current) return;
  feedOf(state.current).asked = [];
  changed();
}

if (typeof document !== "undefined") document.addEventListener("close", forget, true);
