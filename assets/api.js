// Requests to Parley's REST API, in the page's session and language.
import { locale } from "./i18n.js";

/** @type {Set<Promise<Reply | null>>} */
const writes = new Set();
let reads = new AbortController();
/** @type {Promise<void> | null} */
let leaving = null; // while the session ends: resolves if it does not after all

/**
 * Resolves to `{ok, status, data, error}`; never rejects. `error` is `{code, details}`, `offline` when nothing came back.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<Reply>}
 */
export async function request(method, path, body) {
  await leaving;
  if (method === "GET") return (await ask(method, path, body, reads.signal)) ?? request(method, path, body);
  const answer = ask(method, path, body);
  writes.add(answer);
  return /** @type {Promise<Reply>} */ (answer.finally(() => writes.delete(answer)));
}

/**
 * The request that ends the session, after which the page is left. What is being saved is waited for; what is being
 * read is taken back, and asked for again only if the session goes on: else it would be refused.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<Reply>}
 */
export async function last(method, path, body) {
  /** @type {(() => void) | undefined} */
  let stay;
  leaving ??= new Promise((resolve) => (stay = resolve));
  await Promise.all(writes);
  reads.abort();
  reads = new AbortController();
  const answer = /** @type {Reply} */ (await ask(method, path, body)); // nothing takes it back
  if (!answer.ok && answer.status !== 401) {
    leaving = null;
    stay?.();
  }
  return answer;
}

/**
 * The answer; nothing when it was taken back by `signal`.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 * @returns {Promise<Reply | null>}
 */
async function ask(method, path, body, signal) {
  const isJson = body !== undefined && !(body instanceof Blob);
  const headers = { "Accept-Language": locale(), ...(isJson && { "Content-Type": "application/json" }) };
  try {
    const response = await fetch(`/api/v1${path}`, { method, headers, body: isJson ? JSON.stringify(body) : body, credentials: "same-origin", signal });
    const data = await response.json().catch(() => null);
    if (signal?.aborted) return null;
    const error = response.ok ? null : { code: "unknown", details: {}, ...data?.error };
    return /** @type {Reply} */ ({ ok: response.ok, status: response.status, data, error });
  } catch {
    return signal?.aborted ? null : { ok: false, status: 0, error: { code: "offline", details: {} } };
  }
}
