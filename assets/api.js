// Requests to Parley's REST API, in the page's session and language: for what sets a cookie or carries a file.
import { locale } from "./i18n.js";

/** @type {Set<Promise<Reply>>} */
const running = new Set();

/**
 * Resolves to `{ok, status, data, error}`; never rejects. `error` is `{code, details}`, `offline` when nothing came back.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 */
export function request(method, path, body, signal) {
  const answer = ask(method, path, body, signal);
  running.add(answer);
  return answer.finally(() => running.delete(answer));
}

/**
 * The request that ends the session, after which the page is left. Saves under way are waited for, but not for long.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
export async function last(method, path, body) {
  await Promise.race([Promise.all(running), new Promise((done) => setTimeout(done, SAVED))]);
  ending = true;
  const answer = await ask(method, path, body);
  ending = answer.ok;
  return answer;
}

const SAVED = 3_000; // ms

let ending = false;

/** Whether the session is being ended here: the caller of that then leaves the page. */
export const isEnding = () => ending;

/** @param {string} method @param {string} path @param {unknown} [body] @param {AbortSignal} [signal] @returns {Promise<Reply>} */
async function ask(method, path, body, signal) {
  try {
    const response = await send(method, path, body, signal);
    const data = await response.json().catch(() => null);
    const error = response.ok ? null : problemIn(data);
    return /** @type {Reply} */ ({ ok: response.ok, status: response.status, data, error });
  } catch {
    return /** @type {Reply} */ ({ ok: false, status: 0, error: { code: "offline", details: {} } });
  }
}

/** The answer itself: what comes may be no JSON, and fail. @param {string} method @param {string} path @param {unknown} [body] @param {AbortSignal} [signal] */
export function send(method, path, body, signal) {
  const isJson = body !== undefined && !(body instanceof Blob);
  const headers = { "Accept-Language": locale(), ...(isJson && { "Content-Type": "application/json" }) };
  return fetch(path.startsWith("/oauth2/") ? path : `/api/v1${path}`, { method, headers, body: isJson ? JSON.stringify(body) : body, credentials: "same-origin", signal });
}

/** What an answer says that was wrong. @param {any} data @returns {Problem} */
export const problemIn = (data) => ({ code: "unknown", details: {}, ...data?.error });
