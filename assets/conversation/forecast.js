// The AI's context if the draft is sent: requested from the server when typing pauses, and shown while the draft asks
// the AI.

import { stateOfUploads, subscribe as hearUploads } from "../files/uploads.js";
import { answererOf } from "../live/actions.js";
import { on, subscribe as hearFeed, tell, view } from "../live/store.js";
import { makeStore } from "../store.js";
import { composing } from "./composing.js";

const PAUSE = 600; // ms without a change
const NOTHING = { models: 0, messages: 0, files: 0, tokens: 0, estimated: true, cost: 0, blind: "", payer: "", pays: "", credits: 0, enough: true, within: true };

let asked = ""; // the draft that was asked about last, or is to be after the pause
let number = 0; // of the question whose answer counts
let pausing = 0;

const forecast = makeStore(NOTHING, () => {
  look();
  const stops = [composing.subscribe(look), hearUploads(look), hearFeed(look)];
  return () => {
    forget();
    stops.forEach((stop) => stop());
  };
});
export const useForecast = forecast.use;

/** The composer's content, as the server accepts it. */
export function draftNow() {
  const { text, reply, model, editing } = composing.get();
  if (editing) return {};
  const attachments = stateOfUploads().list.filter(({ status }) => status === "ready").map(({ id }) => id);
  return { text, reply_to: reply?.id ?? "", ...answererOf(model), attachments };
}

/**
 * Whether a draft may ask an AI: a draft that names nobody asks nobody, if nobody answers unasked.
 * @param {Pick<Composing, "text" | "reply" | "model" | "editing" | "blank">} draft @param {Pick<NonNullable<RoomView>, "ai_rule" | "can_ask_ai"> | null} room
 */
export function mayAsk({ text, reply, model, editing, blank }, room) {
  if (!room || !room.can_ask_ai || room.ai_rule === "never" || editing || blank) return false;
  return room.ai_rule === "always" || !!model || !!reply?.ai || /[@＠]/.test(text);
}

function look() {
  const { room } = view;
  if (!room || !mayAsk(composing.get(), room)) return forget();
  const draft = draftNow();
  const wanted = JSON.stringify([room.id, room.ai_rule, room.ai_model, room.ai_assistant, draft]);
  if (wanted === asked) return;
  if (!asked.startsWith(`["${room.id}"`)) forecast.set(NOTHING); // another room's
  asked = wanted;
  number += 1;
  clearTimeout(pausing);
  pausing = setTimeout(() => tell("send", "foresee", { room: room.id, draft, of: number }), PAUSE);
}

function forget() {
  if (!asked) return;
  asked = "";
  number += 1;
  clearTimeout(pausing);
  forecast.set(NOTHING);
}

on("forecast", (/** @type {import("../wire.js").ForecastOp} */ { of, most, ...said }) => {
  const pictures = stateOfUploads().list.some(({ type }) => type.startsWith("image/"));
  if (of === number) forecast.set({ ...said, cost: said.cost ?? 0, blind: pictures ? said.blind : "", credits: most / 1_000_000 });
});

on("balance", () => {
  if (!asked) return;
  asked = `["${view.room?.id}"`; // the line stays until the new answer is there
  look();
});
