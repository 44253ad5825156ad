// Requests to Parley's REST API, in the page's session and language.
import { locale } from "$/public/i18n.js";

/** Resolves to `{ok, status, data, error}`; never rejects. `error` is `{code, details}`, `offline` when nothing came back. */
export async function request(method, path, body) {
  const headers = { "Accept-Language": locale() };
  if (body !== undefined && !(body instanceof Blob)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body, credentials: "same-origin" });
  } catch {
    return { ok: false, status: 0, error: { code: "offline", details: {} } };
  }
  const data = await response.json().catch(() => null);
  const error = response.ok ? null : { code: "unknown", details: {}, ...data?.error };
  return { ok: response.ok, status: response.status, data, error };
}
