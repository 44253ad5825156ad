// Sharing an address of this site.

import { on, tell } from "./feed/store.js";

const TOGETHER = 300; // ms in which those who come are told of together

export const copyLink = (address) => navigator.clipboard?.writeText(address).then(() => tell("said", "common.copied"));

export function selectAll({ target }) {
  target.select();
  requestAnimationFrame(() => target.scrollTo({ left: 0 })); // its beginning says what it is
}

/** A new link is copied by itself; it stands selected where the browser does not allow that. */
on("linkMade", ({ id, address }) => {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
  copyLink(address)?.catch(() => {});
});

/** Who came in may have come by a link that is being looked at: say anew how often each was used, for a crowd once. */
let asking = null;
on("member", (room) => {
  if (asking || !document.getElementById("invite")?.open) return;
  asking = setTimeout(() => {
    asking = null;
    tell("send", "load_links", { room });
  }, TOGETHER);
});
