"""The page ``/admin/jobs``: jobs that failed for good."""

from typing import Final

import reflex as rx

from chat_app.core.directory.errors import DirectoryDoubtful
from chat_app.ui.administration.frame import admin_page, by_status, refresh_button
from chat_app.ui.administration.jobs.state import JobsState, JobVar
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import empty
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import full_time

_DOUBTFUL: Final = DirectoryDoubtful.__name__


def page() -> rx.Component:
    """Return the page."""
    return admin_page(
        t("administration.jobs"),
        rx.el.div(by_status(JobsState.status, _jobs(), JobsState.load), class_name="moderation"),
        confirm("drop-job", "administration.drop", on_click=JobsState.drop),
        controls=(refresh_button(JobsState.status, JobsState.load),),
    )


def _jobs() -> rx.Component:
    return rx.cond(
        JobsState.jobs.length() == 0,
        empty(t("administration.noJobs"), symbol="list-checks"),
        rx.fragment(
            rx.el.p(t("administration.jobsHint"), class_name="meta"),
            rx.el.ul(rx.foreach(JobsState.jobs, _job), class_name="report-list"),
        ),
    )


def _job(job: rx.Var[JobVar]) -> rx.Component:
    return rx.el.li(
        rx.el.h2(t_in("administration.jobsOf", job.kind)),
        rx.el.p(rx.el.code(job.kind), class_name="meta"),
        rx.el.p(
            t("administration.attempts", count=job.attempts),
            " · ",
            rx.el.time(full_time(job.failed_at), date_time=job.failed_at),
            class_name="meta",
        ),
        rx.cond(job.error != "", _error(job)),
        rx.cond(
            job.about.length() > 0,
            rx.el.ul(
                rx.foreach(job.about, lambda line: rx.el.li(rx.el.code(line), class_name="meta")),
                aria_label=t("administration.arguments"),
                class_name="admin-arguments",
            ),
        ),
        rx.cond(
            JobsState.manages,
            rx.el.div(
                button(icon("rotate-ccw", 16), t("administration.retry"), on_click=JobsState.retry(job.id)),
                button(
                    t("administration.drop"),
                    kind="danger",
                    custom_attrs=opens("drop-job"),
                    on_click=JobsState.choose(job.id),
                ),
                class_name="buttons",
            ),
        ),
        key=job.id,
    )


def _error(job: rx.Var[JobVar]) -> rx.Component:
    when = t("administration.errorOf", n=job.attempt, time=full_time(job.error_at))
    return rx.el.div(
        rx.cond(job.error == _DOUBTFUL, rx.el.p(rx.el.strong(t("errors.directory_doubtful")))),
        rx.el.p(rx.el.code(job.error), class_name="meta"),
        rx.cond(job.attempt != job.attempts, rx.el.p(when, class_name="meta")),
        rx.cond(job.message != "", rx.el.p(rx.el.code(job.message))),
        class_name="job-error",
    )
