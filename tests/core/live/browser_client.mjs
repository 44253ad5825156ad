// Reads one JSON request a line: {"ops": [...]} are received, {"room": id} asks for the room as the browser has it,
// {"forget": id} makes it new to the room again.
import { createInterface } from "node:readline";

globalThis.document = { hasFocus: () => false, documentElement: {} };
const { receive } = await import("../../../assets/feed/ops.js");
const { on, state } = await import("../../../assets/feed/store.js");

const asked = {};
on("send", (what, { room, rev }) => what === "sync" && (asked[room] = rev));

const asObject = (things) => Object.fromEntries(things.map((thing) => [thing.id, thing]));

function room(id) {
  const feed = state.feeds.get(id);
  const { name, description, ai_model, ai_rule, archived } = state.rooms.get(id);
  return {
    rev: feed.rev,
    asked: asked[id] ?? null,
    room: { id, name, description, ai_model, ai_rule, archived },
    messages: asObject([...feed.messages.values()]),
    members: asObject(feed.members),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.ops) receive(request.ops);
  if (request.forget) state.feeds.delete(request.forget);
  process.stdout.write(JSON.stringify(request.room ? room(request.room) : {}) + "\n");
}
