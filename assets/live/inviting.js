// The ops about links, invitations and whom they are for.

import { feedOf, state, tell } from "./store.js";

/** @param {Invitation} invitation */
const shown = (invitation) => ({ ...invitation, inviter: invitation.inviter?.name ?? "" });

/** @type {Handlers<"links" | "inbox" | "invitation" | "invitation_ended" | "invited" | "invitations" | "invite_outcomes">} */
export const INVITATIONS = {
  links: ({ room, links, made }) => {
    feedOf(room).links = links.map((link) => ({ ...link, address: `${location.origin}/join/${link.token}`, made: link.id === made }));
    if (made) tell("linkMade", feedOf(room).links.find((link) => link.made));
  },
  inbox: ({ invitations }) => {
    state.inbox = invitations.map(shown);
  },
  invitation: ({ i }) => {
    state.inbox = [shown(i), ...state.inbox.filter(({ id }) => id !== i.id)];
  },
  invitation_ended: ({ id: ended }) => {
    state.inbox = state.inbox.filter(({ id }) => id !== ended);
  },
  invited: ({ room }) => tell("invited", room),
  invitations: ({ room, pending, groups }) => {
    feedOf(room).pending = pending.map(shown);
    state.groups = groups;
  },
  invite_outcomes: ({ room, asked }) => {
    feedOf(room).asked = asked.map(({ outcome, person, address }) => ({ id: person?.id ?? address, outcome, name: person?.name ?? address }));
  },
};
