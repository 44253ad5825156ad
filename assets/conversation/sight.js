// Whether the model that would answer sees the pictures that are chosen for the message.

import { stateOfUploads, subscribe as hearUploads } from "../files/uploads.js";
import { subscribe as hearFeed, view } from "../live/store.js";
import { makeStore } from "../store.js";
import { composing } from "./composer.js";

/** The models that are asked, by what is chosen, what is said, and the room's rule. By which an assistant answers is not known here. @param {Answering} about */
function asked({ text, next, models, room, choice }) {
  if (!room) return [choice];
  if (!room.can_ask || room.ai_rule === "never") return [];
  /** @param {string} id */
  const model = (id) => models.find((each) => each.id === id);
  if (next) return next.assistant ? [] : [model(next.id)];
  const own = room.ai_assistant ? [] : [model(String(room.ai_model))];
  const calls = new Set([...text.toLowerCase().matchAll(/@[\w.-]*\w/g)].map(([call]) => call));
  const named = models.filter(({ handle }) => calls.has(`@${handle}`));
  if (named.length) return named;
  return room.ai_rule === "mentioned" && !calls.has("@ai") ? [] : own;
}

/** The name of the first that is asked and cannot see; empty without one. @param {Answering} about */
export const blindOf = (about) => asked(about).find((model) => model && !model.can?.includes("v"))?.label ?? "";

const sight = makeStore({ blind: "" }, () => {
  look();
  const stops = [composing.subscribe(look), hearUploads(look), hearFeed(look)];
  return () => stops.forEach((stop) => stop());
});
export const useSight = sight.use;

function look() {
  const pictures = stateOfUploads().list.some(({ type }) => type.startsWith("image/"));
  const { text, model: next } = composing.get();
  const { models, room, choice } = view;
  sight.update({ blind: pictures ? blindOf({ text, next, models, room, choice }) : "" });
}
