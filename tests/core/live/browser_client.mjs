// Reads one JSON request a line: {"ops": [...]} are received, {"room": id} asks for the room as the browser has it,
// {"forget": id} makes it new to the room again; {"shown": id} goes to a room, and {"ask": [handler, id, payload]} asks for something
// there; {"lookOn": [id, by]} looks at another text of an answer, {"rate": [id, value]} rates what is shown; {"unread": id} marks a message as unread; {"rows": true} asks for what is shown, rooms too, with all that was sent; {"ratings": id} for the person's ratings there; {"held": true} for the rooms of which anything is held;
// {"all": true} for all that a person could see. Where PACE is set, the browser's clock runs so many times faster.
import { createInterface } from "node:readline";
import "../../js/resolve.mjs";

const pace = Number(process.env.PACE ?? 1);
const [timeout, now] = [setTimeout, Date.now];
globalThis.setTimeout = (callback, ms) => timeout(callback, ms / pace);
Date.now = () => now() * pace;

globalThis.location = { origin: "" };
globalThis.document = { hasFocus: () => false, documentElement: {}, querySelector: () => null };
const { answered } = await import("../../../assets/live/asking.js");
const { receive } = await import("../../../assets/live/ops.js");
const { ask, resend } = await import("../../../assets/live/outbox.js");
const { markUnread } = await import("../../../assets/live/unread.js");
const { lookOn } = await import("../../../assets/live/branches.js");
const { rate } = await import("../../../assets/live/ratings.js");
const { peopleIn } = await import("../../../assets/live/people.js");
const store = await import("../../../assets/live/store.js");
const { currentFeed, on, state } = store;
await import("../../../assets/live/slices.js"); // shows what changed, in `view`

const asked = {};
const sent = [];
on("send", (what, payload) => {
  sent.push([what, payload]);
  if (what === "sync") asked[payload.room] = payload.rev;
});
const made = []; // when other connections were
on("silent", () => made.push(Date.now()));
on("arrived", resend);
let signedOut = false;
on("signedOut", () => {
  signedOut = true;
});

const asObject = (things) => Object.fromEntries(things.map((thing) => [thing.id, thing]));

function room(id) {
  const feed = state.feeds.get(id);
  const { read, seq, at, role, row, deleted, ...shared } = state.rooms.get(id);
  return {
    rev: feed.rev,
    asked: asked[id] ?? null,
    room: shared,
    messages: asObject([...feed.messages.values()]),
    members: asObject(feed.members),
    people: peopleIn(feed),
  };
}

const given = ({ star, ...ratings }) => Object.fromEntries(Object.entries(ratings).filter(([, value]) => value));
const ratings = (id) => Object.fromEntries([...state.feeds.get(id).own].map(([message, own]) => [message, given(own)]).filter(([, each]) => Object.keys(each).length));

const held = () => [...state.feeds.values()].filter(({ messages }) => messages.size).map(({ id }) => id);

function everything() {
  const feed = currentFeed();
  const rooms = [...state.rooms.values()].map(({ id, name, role, seq, read }) => ({ id, name, role, seq, read }));
  const messages = [...feed.messages.values()].map(({ id, text, deleted, reactions }) => ({ id, text, deleted: !!deleted, reactions: reactions ?? [] }));
  const members = feed.members.map(({ id, role }) => ({ id, role }));
  const room = feed.ready && { rev: feed.rev, can: [...feed.can].sort(), requests: (feed.requests ?? []).map(({ id }) => id), starred: [...feed.own].flatMap(([id, { star }]) => (star ? [id] : [])).sort(), messages: asObject(messages), members: asObject(members) };
  return { signedOut, rooms: asObject(rooms), inbox: state.inbox.map(({ id }) => id).sort(), room: room || null, held: held() };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.ops) receive(request.ops);
  if (request.forget) {
    state.feeds.delete(request.forget);
    for (const what of ["sync", "members"]) answered(`${what} ${request.forget}`);
  }
  if (request.shown) state.current = request.shown;
  if (request.ask) ask(currentFeed(), ...request.ask);
  if (request.unread) markUnread(request.unread);
  if (request.lookOn) lookOn(...request.lookOn);
  if (request.rate) rate(...request.rate);
  const { rows, rooms, presence } = store.view;
  const shown = { rows, rooms, presence };
  const answer = request.ratings ? ratings(request.ratings) : request.rows ? { ...shown, made, sent: sent.splice(0) } : request.held ? { held: held() } : request.all ? { ...everything(), sent: sent.splice(0) } : request.room ? room(request.room) : {};
  process.stdout.write(JSON.stringify(answer) + "\n");
}
