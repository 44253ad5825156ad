// Times in the reader's language and zone, by Intl.
import { current, locale, subscribe } from "./i18n.js";
import { makeStore } from "./store.js";

const TICK = 30_000;

/** The reader's own variety of the language (en-GB rather than en), where the browser names one. */
function variety() {
  const tags = typeof navigator === "undefined" ? [] : navigator.languages;
  return tags.find((tag) => tag.split("-")[0] === locale()) ?? locale();
}

const formats = new Map();

/** @param {Date} date @param {Intl.DateTimeFormatOptions} options */
function format(date, options) {
  const name = variety() + JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(variety(), options));
  return formats.get(name).format(date);
}

/** Whole local days from `date` to `now`. @param {Date} date @param {number} now */
function daysAgo(date, now) {
  const midnight = (/** @type {Date | number} */ moment) => new Date(moment).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

/** How long ago an instant is, for headings of a list. @param {string} at @returns {"today" | "yesterday" | "week" | "month" | "older"} */
export function periodOf(at) {
  const days = daysAgo(new Date(at), Date.now());
  if (days < 2) return days < 1 ? "today" : "yesterday";
  return days < 7 ? "week" : days < 30 ? "month" : "older";
}

/** "2 min. ago", "3 days ago". @param {number} count @param {"minute" | "day"} unit @param {"long" | "short"} style */
function since(count, unit, style) {
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style }).format(-count, unit);
  return words.replace(/(\d) (?=\p{Script=Han})/u, "$1"); // ja: "2分前"
}

/** "Yesterday", "today" as the language has them, with a capital. @param {number} days */
function named(days) {
  const word = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-days, "day");
  return word.charAt(0).toLocaleUpperCase(locale()) + word.slice(1);
}

/** @param {Date} date @param {number} now */
function monthDay(date, now) {
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return format(date, { month: "long", day: "numeric", ...(sameYear ? {} : { year: "numeric" }) });
}

/** @returns {Record<"time" | "date" | "full", (at: string) => string>} */
export const dates = () => ({
  /** "10:02" */
  time: (at) => format(new Date(at), { hour: "numeric", minute: "2-digit" }),
  /** "17 November 2026" */
  date: (at) => format(new Date(at), { dateStyle: "long" }),
  /** "Tuesday 17 November 2026 at 10:02" */
  full: (at) => format(new Date(at), { dateStyle: "full", timeStyle: "short" }),
});

/** @param {number} now @returns {Record<"relative" | "ago" | "day", (at: string) => string>} */
export const clock = (now) => ({
  /** "just now", "2 min. ago", and from an hour on "10:02": the day stands above, in a line of its own */
  relative(at) {
    const date = new Date(at);
    const minutes = Math.floor((now - date.getTime()) / 60_000);
    if (minutes < 1) return current()("common.now");
    if (minutes < 60) return since(minutes, "minute", "short");
    return format(date, { hour: "numeric", minute: "2-digit" });
  },
  /** "2 min. ago", "10:02", "3 days ago", "17 November" */
  ago(at) {
    const days = daysAgo(new Date(at), now);
    if (days < 1) return this.relative(at);
    return days < 30 ? since(days, "day", "long") : monthDay(new Date(at), now);
  },
  /** "Today", "Yesterday", "Tuesday", "17 November" */
  day(at) {
    const date = new Date(at);
    const days = daysAgo(date, now);
    if (days < 2 && days >= 0) return named(days);
    return days < 7 && days > 0 ? format(date, { weekday: "long" }) : monthDay(date, now);
  },
});

const tick = () => shown.update({ clock: clock(Date.now()) });
const now = () => ({ dates: dates(), clock: clock(Date.now()) });
const shown = makeStore(now(), () => {
  tick();
  const timer = setInterval(tick, TICK);
  return () => clearInterval(timer);
});
subscribe(() => shown.set(now()));

/** Times that stay as they are until the language changes. */
export const useDates = () => shown.use("dates");

/** Times that depend on now. */
export const useClock = () => shown.use("clock");
