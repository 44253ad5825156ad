// Sharing an address of this site.

import { tell } from "./feed/store.js";

export const copyLink = (path) =>
  navigator.clipboard?.writeText(window.location.origin + path).then(() => tell("said", "common.copied"));
