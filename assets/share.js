// Sharing an address of this site.

import { on, tell } from "./feed/store.js";

export const copyLink = (address) => navigator.clipboard?.writeText(address).then(() => tell("said", "common.copied"));

/** The whole, backwards: so that its beginning stays in view. */
export const selectAll = ({ target }) => target.setSelectionRange(0, target.value.length, "backward");

/** A new link is copied by itself; it stands selected where the browser does not allow that. */
on("linkMade", ({ id, address }) => {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
  copyLink(address)?.catch(() => {});
});
