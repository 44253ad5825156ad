// The ops about invite links and invitations.

import { feedOf, says, saysOfRoom, state, tell } from "./store.js";

/** @type {Handlers<"links" | "inbox" | "invitation" | "invitation_ended" | "invited" | "invitations" | "invite_outcomes">} */
export const INVITATIONS = {
  links: ({ room, links, made }) => {
    feedOf(room).links = links.map((link) => ({ ...link, address: link.token && `${location.origin}/join/${link.token}`, made: link.id === made }));
    if (made) tell("linkMade", feedOf(room).links.find((link) => link.made));
  },
  inbox: says("inbox", "invitations"),
  invitation: ({ i }) => {
    state.inbox = [i, ...state.inbox.filter(({ id }) => id !== i.id)];
  },
  invitation_ended: ({ id: ended }) => {
    state.inbox = state.inbox.filter(({ id }) => id !== ended);
  },
  invited: ({ room }) => tell("invited", room),
  invitations: (op) => (saysOfRoom("pending")(op), says("groups")(op)),
  invite_outcomes: saysOfRoom("asked"),
};
