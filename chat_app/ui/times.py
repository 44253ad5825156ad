"""Show times by vars that the browser resolves in the reader's language and zone."""

import reflex as rx

from chat_app.ui import js


def time_of(at: rx.Var[str]) -> rx.Var[str]:
    """Return the time of day of an ISO 8601 instant: "10:02"."""
    return _time("dates.time", at)


def full_time(at: rx.Var[str]) -> rx.Var[str]:
    """Return an instant in full: "Tuesday 17 November 2026 at 10:02"."""
    return _time("dates.full", at)


def day_in_full(at: rx.Var[str]) -> rx.Var[str]:
    """Return the day of an instant: "17 November 2026"."""
    return _time("dates.date", at)


def relative_time(at: rx.Var[str]) -> rx.Var[str]:
    """Return how long ago an instant is, kept up to date: "just now", "2 min. ago", from an hour on "10:02"."""
    return _time("clock.relative", at)


def ago(at: rx.Var[str]) -> rx.Var[str]:
    """Return how long ago an instant is, kept up to date: "2 min. ago", "10:02", "3 days ago", "17 November"."""
    return _time("clock.ago", at)


def day_of(at: rx.Var[str]) -> rx.Var[str]:
    """Return the name of an instant's day, kept up to date: "Today", "Tuesday", "17 November"."""
    return _time("clock.day", at)


def _time(function: str, at: rx.Var[str]) -> rx.Var[str]:
    name, _, method = function.partition(".")
    return js.method(js.hooked(name, f"use{name.capitalize()}()", "time.js"), method, at)
