// Sharing an address of this site.

import { on, tell } from "./feed/store.js";

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
