// What the security page shows once: an authenticator's secret, recovery codes, a new token, what a passkey is made of. It is kept here
// alone, until its dialog closes, so that it outlives a connection that is lost while somebody writes it down.
import { listen, page } from "../dom.js";
import { on } from "../live/store.js";
import { makeStore } from "../store.js";

const DIALOGS = "#two-factor, #new-codes, #new-token, #new-passkey, #application, #application-secret";
const nothing = { secret: "", qr: "", codes: "", token: "", passkey: "" };
const shown = makeStore(nothing, () => forget); // no more once the page is left
export const useOnce = shown.use;

/** In groups of four, which one types without losing the place. */
const inFours = (secret = "") => secret.replace(/(.{4})(?=.)/g, "$1 ");

function forget() {
  shown.set(nothing);
}

on("once", (/** @type {Ops["once"]} */ op) => shown.set({ ...nothing, ...op, secret: inFours(op.secret) }));
listen(page, { close: ({ target }) => target.matches(DIALOGS) && forget() }, true);
