// Passkeys: the part that only a browser can do. The server makes the challenges and verifies the answers (JSON of
// WebAuthn).
import { request } from "../api.js";
import { warn } from "../components/toasts.js";
import { enterBy } from "./session.js";

/** Whether there can be passkeys here: browsers know them on domains alone, by https or on this machine. */
export const arePasskeysHere = () =>
  typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential && !/^[\d.]+$|:/.test(location.hostname);

export async function signInByPasskey() {
  withdrawOffer(); // a browser asks for one at a time
  const { credential, error } = await askForOne();
  const problem = error ?? (await enterBy("/auth/passkey", { credential }));
  if (problem) void offerPasskeys();
  return problem;
}

const OFFERED = 4 * 60_000; // ms; the server's challenge lasts a minute longer

/** @type {AbortController | null} */
let offer = null;

/** Let the browser offer passkeys in the autofill of the login's field, while the page is open. */
export async function offerPasskeys() {
  withdrawOffer();
  const mine = (offer = new AbortController());
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  for (;;) {
    const over = AbortSignal.timeout(OFFERED);
    const { credential } = await askForOne({ mediation: "conditional", signal: AbortSignal.any([mine.signal, over]) });
    const problem = credential && !mine.signal.aborted && (await enterBy("/auth/passkey", { credential }));
    if (problem) warn(`errors.${problem.code}`, problem.details);
    if (credential || mine.signal.aborted || !over.aborted) return;
  }
}

/** End the offer of passkeys. */
export function withdrawOffer() {
  offer?.abort();
  offer = null;
}

/** Fill a field for a code by means of a passkey, and send its form. @param {string} id */
export async function fillCode(id) {
  withdrawOffer();
  const { credential, error } = await askForOne();
  const reply = error ? { error } : await request("POST", "/auth/passkey/code", { credential });
  if (reply.error) return warn(`errors.${reply.error.code}`, reply.error.details);
  return send(id, reply.data.code);
}

/** Make a passkey, and send it by the form with the field. @param {string} id @param {string} options */
export async function makePasskey(id, options) {
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
    const made = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
    send(id, JSON.stringify(made.toJSON()));
  } catch (problem) {
    const isThere = problem instanceof DOMException && problem.name === "InvalidStateError"; // one of this account is on the device
    warn(isThere ? "errors.passkey_taken" : "errors.passkey_cancelled");
  }
}

/** @param {CredentialRequestOptions} [how] @returns {Promise<{ credential?: object, error?: Problem }>} */
async function askForOne(how = {}) {
  const { data, error } = await request("POST", "/auth/passkey/options");
  if (error) return { error };
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(data.options);
    const found = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey, ...how }));
    return { credential: found.toJSON() };
  } catch {
    return { error: { code: "passkey_cancelled", details: {} } };
  }
}

/** @param {string} id @param {string} value */
function send(id, value) {
  const input = /** @type {HTMLInputElement | null} */ (document.getElementById(id));
  if (!input?.form) return; // the dialog has closed meanwhile
  input.value = value;
  input.form.requestSubmit();
}
