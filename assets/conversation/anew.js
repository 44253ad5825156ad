// Ask a question in a new chat, when its conversation is too long for the model.
import { chooseModel } from "../live/actions.js";
import { known } from "../live/past.js";
import { feedHere, tell, view } from "../live/store.js";
import { keep, read } from "../live/drafts.js";

const HOME = "home";

/** Go to a new chat with the room's model, and with the question of an answer as its draft. @param {string} answer */
export function askAnew(answer) {
  const draft = read(HOME);
  keep(HOME, draft ? `${draft}\n${questionOf(answer)}` : questionOf(answer));
  const model = view.room?.ai_model || view.models[0]?.id;
  if (model) chooseModel(model);
  tell("navigate", "/");
}

/** The person's last message before the answer that they asked for. @param {string} answer */
function questionOf(answer) {
  const feed = feedHere();
  const { ai, seq = 0 } = known(feed, answer) ?? {};
  const messages = [...(feed.past?.messages.values() ?? []), ...feed.messages.values()];
  const own = messages.filter((message) => !message.ai && !message.deleted && message.author?.id === ai?.asker?.id && message.seq < seq);
  return own.reduce((last, message) => (message.seq > last.seq ? message : last), { seq: 0, text: "" }).text;
}
