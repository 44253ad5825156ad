// Requests to Parley's REST API, in the page's session and language.
import { locale } from "$/public/i18n.js";

const writes = new Set();
let reads = new AbortController();
let leaving = null; // while the session ends: resolves if it does not after all

/** Resolves to `{ok, status, data, error}`; never rejects. `error` is `{code, details}`, `offline` when nothing came back. */
export async function request(method, path, body) {
  await leaving;
  if (method === "GET") return (await ask(method, path, body, reads.signal)) ?? request(method, path, body);
  const answer = ask(method, path, body);
  writes.add(answer);
  return answer.finally(() => writes.delete(answer));
}

/**
 * The request that ends the session, after which the page is left. What is being saved is waited for; what is being
 * read is taken back, and asked for again only if the session goes on: else it would be refused.
 */
export async function last(method, path, body) {
  let stay;
  leaving ??= new Promise((resolve) => (stay = resolve));
  await Promise.all(writes);
  reads.abort();
  reads = new AbortController();
  const answer = await ask(method, path, body);
  if (!answer.ok && answer.status !== 401) [leaving] = [null, stay?.()];
  return answer;
}

/** The answer; nothing when it was taken back by `signal`. */
async function ask(method, path, body, signal) {
  const headers = { "Accept-Language": locale() };
  if (body !== undefined && !(body instanceof Blob)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  try {
    const response = await fetch(`/api/v1${path}`, { method, headers, body, credentials: "same-origin", signal });
    const data = await response.json().catch(() => null);
    if (signal?.aborted) return null;
    const error = response.ok ? null : { code: "unknown", details: {}, ...data?.error };
    return { ok: response.ok, status: response.status, data, error };
  } catch {
    return signal?.aborted ? null : { ok: false, status: 0, error: { code: "offline", details: {} } };
  }
}
