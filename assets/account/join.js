// The invitation that a link leads to.
import { useSyncExternalStore } from "react";

import { request } from "$/public/api.js";
import { current as translate } from "$/public/i18n.js";
import { hint, hinted } from "$/public/account/session.js";
import { on, state, subscribe as subscribeToFeed, tell, view } from "$/public/live/store.js";

const JOINING = "parley.joining"; // the link through which the person is on the way in, past the sign-in form
const listeners = new Set();
let invitation = { status: "loading", name: "", description: "", members: 0, signedIn: false, busy: false, error: "" };
let loaded = null;
let door = null; // id of the room whose admins have been asked
let online = true;

function change(changes) {
  invitation = { ...invitation, ...changes };
  listeners.forEach((listener) => listener());
}

const token = () => location.pathname.split("/")[2] ?? "";

async function load() {
  loaded = token();
  change({ status: "loading", busy: false, error: "" });
  const [found, signedIn] = await Promise.all([request("GET", `/invitations/${loaded}`), isSignedIn()]);
  if (!found.ok) {
    change({ status: found.status === 404 ? "invalid" : "failed", error: words(found.error) });
    return;
  }
  const { name, description, members, waiting, room_id } = found.data;
  if (room_id) return location.replace(`/r/${room_id}`); // the person is in already
  change({ status: "ready", name, description, members, signedIn });
  if (signedIn && (waiting || sessionStorage.getItem(JOINING) === loaded)) join();
}

async function isSignedIn() {
  // Who comes back from the sign-in form is asked for all the same: the form sends those on who are signed in already.
  if (!hinted() && sessionStorage.getItem(JOINING) !== loaded) return false;
  const { ok, status } = await request("GET", "/me");
  if (ok || status === 401) hint(ok);
  return ok;
}

async function join() {
  if (invitation.busy) return;
  sessionStorage.removeItem(JOINING);
  change({ busy: true, error: "" });
  const { ok, status, data, error } = await request("POST", `/invitations/${loaded}/join`);
  if (status === 202) wait(data.room_id);
  else if (ok) location.assign(`/r/${data.id}`);
  else if (status === 401) change({ busy: false, signedIn: false });
  else if (status === 404) change({ status: "invalid", busy: false });
  else change({ busy: false, error: words(error) });
}

/** Stand at the door: whoever is let in goes in. The feed tells it, to a page that has arrived. */
function wait(room) {
  door = room;
  change({ status: "waiting", busy: false });
  tell("send", "arrive", {});
}

on("turnedAway", (room) => {
  if (!listeners.size || door !== room) return false;
  change({ status: "turnedAway" });
  return true;
});

function heard() {
  const back = view.online && !online;
  online = view.online;
  if (!listeners.size || invitation.status !== "waiting") return;
  if (state.rooms.has(door)) location.assign(`/r/${door}`);
  else if (back) load(); // what was told meanwhile is lost
}

/** Whoever comes back to the page sees whether the link still works. */
async function lookAgain() {
  if (document.hidden || invitation.status !== "ready" || invitation.busy) return;
  const { status } = await request("GET", `/invitations/${loaded}`);
  if (status === 404 && invitation.status === "ready") change({ status: "invalid" });
}

const words = (error) => translate()([`errors.${error.code}`, "errors.unknown"], error.details);

function toForm(path) {
  sessionStorage.setItem(JOINING, loaded);
  location.assign(`${path}?next=${encodeURIComponent(`/join/${loaded}`)}`);
}

export const actions = {
  join,
  retry: load,
  signIn: () => toForm("/sign-in"),
  signUp: () => toForm("/sign-up"),
};

function listen() {
  const stop = subscribeToFeed(heard);
  document.addEventListener("visibilitychange", lookAgain);
  return () => {
    stop();
    document.removeEventListener("visibilitychange", lookAgain);
  };
}

let stopListening = null;
function subscribe(listener) {
  listeners.add(listener);
  stopListening ??= listen();
  if (loaded !== token()) load();
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    stopListening();
    stopListening = null;
  };
}

export const useInvitation = () => useSyncExternalStore(subscribe, () => invitation, () => invitation);
