// The parts of a row that only a model's answer has.

import { ANSWER_MAX, NOT_CONTINUED } from "../rules.js";
import { isLive } from "./outbox.js";
import { modelLabel } from "./people.js";
import { canAsk, NONE, state } from "./store.js";
import { callsOf, isCalling } from "./tool_calls.js";

/** @param {Feed} feed */
export const isAlone = (feed) => feed.members.length < 2;

/** How many answers come before a queued one: at its connection, or of its model here, the one that is being written and those that were queued earlier. @param {Message} message @param {Feed} feed */
export function answersBefore({ id, seq, ai }, feed) {
  if (ai?.status !== "queued") return 0;
  const own = state.rooms.get(feed.id)?.ai_model || state.models[0]?.id;
  const others = [...feed.messages.values()].filter((other) => other.id !== id && (other.ai?.model ?? own) === (ai.model ?? own));
  const here = others.filter((other) => other.ai?.status === "streaming" || (isLive(other.ai) && other.seq < seq)).length;
  return Math.max(here, ai.before ?? 0);
}

/** @param {Message} message @param {Answer} ai @param {Feed} feed */
export function answerPart(message, ai, feed) {
  const { run, status, model, asker, error, tokens, cost, reasoning, instead_of, assistant, drawing } = ai;
  const live = isLive(ai);
  const mayAsk = canAsk(feed);
  const mine = mayAsk && (feed.can.has("regenerate_any_answer") || asker?.id === state.me?.id);
  const room = state.rooms.get(feed.id);
  const helps = room?.help === "taken" && room.help_by === state.me?.id; // as support, in place of the AI
  const again = !live && mine && !!(run || asker) && !message.deleted; // where nobody has asked, it answers nothing
  return {
    ai: true,
    live,
    waiting: live && (!!drawing || (!message.text && !reasoning && !isCalling(ai))),
    drawing: !!drawing,
    reasoning: message.deleted ? "" : (reasoning?.text ?? ""),
    seconds: reasoning?.seconds ?? 0,
    thinking: live && !message.text && !isCalling(ai),
    calls: message.deleted ? NONE : callsOf(ai, feed),
    before: answersBefore(message, feed),
    status,
    model: modelLabel(model),
    instead: modelLabel(instead_of),
    ...spoken(assistant),
    asker: isAlone(feed) && asker?.id === state.me?.id ? "" : (asker?.name ?? ""),
    error: error ?? "",
    tokens: tokens ?? 0,
    cost: drawing?.cost ?? cost ?? 0,
    can_stop: live && (mine || helps || (asker ? asker.id === state.me?.id : mayAsk)), // where nobody has asked, everybody may
    can_regenerate: again,
    can_continue: again && !drawing && isUnfinished(ai, message.text),
    outdated: !!ai.outdated,
  };
}

/** As whom a model answers. @param {import("../wire.js").AssistantNameJson | undefined} assistant */
export const spoken = (assistant) => ({ assistant: assistant?.name ?? "", assistant_id: assistant?.id ?? "", assistant_picture: assistant?.picture ?? null });

/** Whether its model can continue an answer that has ended. @param {Answer} ai @param {string} text */
function isUnfinished({ status, error }, text) {
  if (!text.trim() || text.length >= ANSWER_MAX || NOT_CONTINUED.includes(error ?? "")) return false;
  return status === "complete" ? error === "llm_length" : true;
}
