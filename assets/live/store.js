// The store of the live feed: what the server has sent, in one place outside React. `ops.js` writes it, `slices.js` shows it.

import { recall, siteName } from "../device.js";
import { MESSAGE_MAX } from "../rules.js";
import { makeStore } from "../store.js";

/** @type {Record<string, (...args: any[]) => any>} */
const handlers = {}; // side effects that modules register: send, changed, navigate, refused, signedOut, member

export const state = {
  me: /** @type {Myself | null} */ (null),
  rooms: /** @type {Map<string, Room>} */ (new Map()), // id → the person's room, for the sidebar
  feeds: /** @type {Map<string, Feed>} */ (new Map()), // id → the room's messages and members, once it was shown
  blocked: /** @type {Set<string>} */ (new Set()), // ids of people from whom one wants no word
  presence: /** @type {Record<string, Presence>} */ ({}), // by id, {state, seen} of people who let it be seen
  presenceKnown: true, // no more where the next that is told of it replaces what was
  favoriteModels: /** @type {string[]} */ ([]), // the ids of those that come first where one is chosen
  models: /** @type {Model[]} */ ([]), // all that may write answers, the site's default first
  offered: /** @type {Model[]} */ ([]), // those that the person may choose
  drawers: /** @type {import("../wire.js").DrawerJson[]} */ ([]), // the models that draw pictures
  dictates: false, // whether a model writes down what one says
  speaks: false, // whether a model reads answers aloud
  counts: false, // whether what models do is counted, and may be paid
  billed: false, // whether people pay for it
  choice: recall("parley.model") ?? "", // id of the model that the person chose last for a new chat
  messageMax: MESSAGE_MAX, // characters, until the server says it
  current: /** @type {string | null} */ (null), // id of the room that is shown
  member: /** @type {string | null} */ (null), // id of the person whose card is open
  author: /** @type {Person | null} */ (null), // the same, where they may be no member
  opened: 0, // how many cards have been opened
  stars: /** @type {Star[] | null} */ (null), // what the person has marked, once it was asked for
  beginning: /** @type {Room | null} */ (null), // the room of a chat that has just been begun, until the list of rooms has it
  heard: 0, // how often the server has told something
  roomsKnown: false,
  moreRooms: false, // whether the person has rooms that are not in `rooms`
  roomsDoubted: true, // whether something that was told of the rooms may have been missed
  inbox: /** @type {Invitation[]} */ ([]), // the rooms into which the person is asked
  groups: /** @type {Group[]} */ ([]), // of people, whom one can ask into a room together
  prompts: /** @type {OfferedPrompt[]} */ ([]), // that the composer offered last
  assistants: /** @type {OfferedAssistant[]} */ ([]), // that one may ask, as of when they were last looked for
  reports: /** @type {number | null} */ (null), // that wait for the site's admins, which others do not learn
  may: /** @type {string[]} */ ([]), // what the person may do in running the site
  signUps: /** @type {number | null} */ (null), // new accounts that wait for approval, which others do not learn
  off: /** @type {string[]} */ ([]), // what the site has switched off
  siteName: siteName(), // what the site is called
  keeps: 0, // days for which messages are kept; 0 for ever
  announcement: /** @type {import("../wire.js").AnnouncementJson | null} */ (null), // what the site announces
  announcementSeen: "", // the id of the announcement that the person has dismissed last
  help: /** @type {number | null} */ (null), // conversations that wait for support, which others do not learn
  balanced: 0, // how often the balance has changed, or an answer has ended in the current room
  helped: 0, // how often support was told that something has changed
  supportJoins: false, // whether support may join conversations of which nobody has asked for help
  filter: /** @type {"all" | "unread" | "mentions"} */ ("all"), // of the rooms in the sidebar: all, those with something unread, or with a mention
  allChats: false, // whether all private chats are listed, not only the latest
};

/** @type {any[]} */
export const NONE = []; // one for all, so that what is empty stays the same

// What components see of it, slice by slice.
const shown = makeStore(/** @type {View} */ ({
  ...state,
  rooms: [], favorites: [], chats: [], moreChats: false, places: [], directs: [], archive: [], calls: "", unread: 0,
  choice: null, stuck: false, online: true, crowded: false, stars: [], starsKnown: false,
  room: null, rows: [], members: [], member: null, requests: [], bans: [], links: [], pending: [], asked: [], typing: [], pins: [], pinsKnown: false, receipt: null,
}));
export const { subscribe, use: useFeed } = shown;
export let view = shown.get();

/** Show other slices. All listeners are called, for some look at what no slice has. @param {Partial<View>} slices */
export function display(slices) {
  view = { ...view, ...slices };
  shown.set(view);
}

/** @param {string} name @param {(...args: any[]) => any} handler */
export const on = (name, handler) => {
  handlers[name] = handler;
};

/** @param {string} name @param {any[]} args */
export const tell = (name, ...args) => handlers[name]?.(...args);

/** The feed's data or a request has changed: `slices.js` shows it. */
export const changed = () => tell("changed");

export const currentFeed = () => (state.current ? feedOf(state.current) : null);

/** The same, for what stands in a room's page. */
export const feedHere = () => /** @type {Feed} */ (currentFeed());

/** @param {string} id */
export function feedOf(id) {
  let feed = state.feeds.get(id);
  if (!feed) {
    feed = /** @type {Feed} */ ({
      id, beginning: false, ready: false, // whether it is known
      absent: false, deleted: false, removed: false, // whether it is known not to be there, and why it was until just now
      rev: 0, ahead: new Set(), missed: 0, heard: new Map(), waiting: false, // how far it is known: see catching_up.js
      messages: new Map(), more: false, loadingOlder: false, outbox: new Map(), newAfter: undefined, keptUnread: false, cache: new Map(),
      members: [], moreMembers: false, people: { count: 0, rev: 0, since: new Map() }, // see people.js
      requests: [], bans: [], can: new Set(), links: [], pending: [], asked: [], typing: new Map(),
      past: null, target: null, // a place in the past that is shown, and the message that was looked for: see past.js
      revealed: new Set(), // ids of messages of blocked people that one has asked to see
      own: new Map(), ownTold: new Map(), wants: new Map(), unread: null, pins: null, // see own.js, marks.js, unread.js and pins_and_stars.js
      seen: null, counted: null, // see receipts.js
      looks: new Map(), texts: new Map(), // what is looked at in an answer's place, and what has come: see branches.js
    });
    state.feeds.set(id, feed);
  }
  return feed;
}

/** An op that says a value of the store. @param {keyof FeedState} name @param {string} [field] of the op @returns {(op: any) => void} */
export const says = (name, field = name) => (op) => void Object.assign(state, { [name]: op[field] });

/** The same of a room's feed. @param {keyof Feed} name @param {string} [field] @returns {(op: any) => void} */
export const saysOfRoom = (name, field = name) => (op) => void Object.assign(feedOf(op.room), { [name]: op[field] });

/** Whether the person may ask the AI in a room: not if the site has switched AI off. @param {Feed} feed */
export const canAsk = (feed) => feed.can.has("ask_ai") && !state.off.includes("ai");
