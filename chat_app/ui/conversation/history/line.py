"""A line about the room among its messages: who came or went, and what changed."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import RowVar
from chat_app.ui.times import full_time


def line(row: rx.Var[RowVar]) -> rx.Component:
    """Return what happened, in one quiet sentence."""
    names = js.result("live/lines.js", "named", str, row.names, row.more, t("lines.others", count=row.more))
    by = rx.cond(row.author.name != "", row.author.name, t("people.gone"))
    said = rx.match(
        row.event,
        ("joined", t("lines.joined", names=names)),
        ("left", t("lines.left", names=names)),
        ("removed", t("lines.removed", by=by, names=names)),
        ("renamed", t("lines.renamed", by=by, name=row.what)),
        ("help_asked", t("lines.helpAsked", by=by)),
        ("help_withdrawn", t("lines.helpWithdrawn", by=by)),
        ("help_taken", t("lines.helpTaken", by=by)),
        (
            "help_released",
            rx.cond(row.what != "", t("lines.helpReleasedNote", by=by, note=row.what), t("lines.helpReleased", by=by)),
        ),
        ("askers_pay", t("lines.askersPay", by=by)),
        ("owner_pays", t("lines.ownerPays", by=by)),
        ("keeps", rx.cond(row.what == "0", t("lines.keepsSite", by=by), t("lines.keeps", by=by, days=row.what))),
        ("ai_silent", t("lines.aiSilent", by=by)),
        ("role", t("lines.role", by=by, names=names, role=t_in("roles", row.what))),
        t("lines.owner", by=by, names=names),
    )
    return rx.el.p(
        said,
        class_name="room-line",
        title=full_time(row.at),
        dir="auto",
        tab_index=-1,
        custom_attrs={"data-message": row.id},
    )
