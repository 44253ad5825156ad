// Decide whether two consecutive messages are shown as one group. Pure.

const GROUP = 5 * 60 * 1000; // ms from a head on, after which the same author's next message gets a head of its own

/** @param {string} at */
const dayOf = (at) => new Date(at).toDateString();

/** @param {Placed | null} before @param {Placed} message */
export const sameDay = (before, message) => !!before && dayOf(before.at) === dayOf(message.at);

/** @param {Placed} before @param {Placed} message @param {string} since */
export const follows = (before, message, since) =>
  !before.event &&
  !before.ai &&
  !message.ai &&
  !message.reply &&
  !before.deleted === !message.deleted &&
  before.author?.id === message.author?.id &&
  Date.parse(message.at) - Date.parse(since) < GROUP;

/** Whether two answers are to one message: they were queued at one moment, for one person. @param {Message | undefined} one @param {Message | undefined} next */
export const isBeside = (one, next) =>
  !!one?.ai && !!next?.ai && one.seq === next.seq - 1 && one.ai.asker?.id === next.ai.asker?.id && Math.abs(Date.parse(next.at) - Date.parse(one.at)) < 2;
