// The tool calls of an answer: in short with each message, and in full for people who unfold one.

import { changed, feedOf, NONE } from "./store.js";

const KEPT = 200; // calls that were loaded in full

const KINDS = /** @type {Record<string, string>} */ ({ "builtin/calculator": "calculator", "builtin/fetch": "fetch", "builtin/web_fetch": "fetch", "builtin/draw_picture": "picture", "builtin/draw_freely": "picture" });

/** @type {Map<string, ToolCallWhole>} */
const loaded = new Map();

/** Whether the model waits for the result of a call. @param {Answer} ai */
export const isCalling = ({ tool_calls: calls }) => !!calls?.some(({ status }) => status === "waiting" || status === "running");

/** A row's data about its calls. @param {Answer} ai @param {Feed} feed @returns {CallRow[]} */
export function callsOf({ tool_calls: calls }, feed) {
  return calls?.length ? calls.map((call) => callRow(call, feed.can.has("approve_tools"))) : NONE;
}

/** @param {ToolCall} call @param {boolean} mayDecide @returns {CallRow} */
function callRow({ id, tool, label, source, status, arguments: sent, error, words, by }, mayDecide) {
  const whole = loaded.get(id);
  const isNew = whole?.status === status;
  return {
    id,
    kind: KINDS[tool] ?? "unknown",
    tool: label,
    source: source ?? "",
    status,
    what: visible(gist(sent)),
    sent: visible(spread(whole?.arguments ?? sent)),
    result: (isNew && whole?.result) || "",
    loaded: isNew || status === "waiting",
    error: error ?? "",
    words: words ?? "",
    by: by?.name ?? "",
    decides: status === "waiting" && mayDecide,
  };
}

/** The first thing that is sent, in a few characters; of an address its host. @param {string} sent */
export function gist(sent) {
  const found = /^\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*("(?:[^"\\]|\\.)*"?|-?[\d.eE+]+)/.exec(sent)?.[1] ?? "";
  const text = found.startsWith('"') ? (parsed(found) ?? parsed(`${found}"`) ?? "") : found;
  const host = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).host : "";
  const line = host || String(text).replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${[...line].slice(0, 60).join("")}…` : line;
}

/** Numbers that JavaScript would round are kept as text, because the approver must see exactly what is sent. */
const ROUNDED = /\d{16}|\d[eE][+-]?\d{3}/;

/** Arguments over several lines, where they are whole. @param {string} sent */
export function spread(sent) {
  const value = ROUNDED.test(sent) ? null : parsed(sent);
  return value && typeof value === "object" ? JSON.stringify(value, null, 2) : sent;
}

/** A text whose characters that turn its direction, or are not seen, are named. @param {string} text */
export const visible = (text) =>
  text.replace(/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** @param {string} json @returns {any} */
function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** @param {ToolCallOp} op */
export function toolCall({ room, call }) {
  if (loaded.size >= KEPT) loaded.delete(loaded.keys().next().value ?? "");
  loaded.set(call.id, call);
  feedOf(room).cache.delete(call.message_id); // its row is another now
  changed();
}
