"""The shapes of the moderation page. A person without a name is deleted, or absent."""

from dataclasses import dataclass

from chat_app.core.safety.ratings import ModelRatingsJson, RatingView
from chat_app.core.safety.views import ReportView, SuspendedView
from chat_app.ui.live.shapes import PersonVar, person_var


@dataclass
class ReportVar:
    """A report. ``person`` has no name where the report is about the AI, either.

    ``href`` leads to the message where the admin is a member, and is empty elsewhere.
    """

    id: str
    at: str
    reporter: PersonVar
    person: PersonVar
    suspended: bool
    reason: str
    note: str
    text: str
    is_message: bool
    can_delete: bool
    room_name: str
    href: str
    resolution: str
    resolved_by: PersonVar
    ai: bool
    can_suspend: bool


@dataclass
class SuspendedVar:
    """A suspended person, the time, and the admin who did it."""

    person: PersonVar
    at: str
    actor: PersonVar


@dataclass
class TotalVar:
    """The numbers of ratings of a model's answers; ``model`` is its id, empty for an unknown one."""

    model: str
    label: str
    up: int
    down: int


@dataclass
class RatingVar:
    """A rating that has a reason; ``model`` is its label, or its id where the site offers it no more."""

    model: str
    value: str
    reason: str
    at: str


def report_var(report: ReportView) -> ReportVar:
    """Return a report for the page."""
    return ReportVar(
        id=str(report.id),
        at=report.at.isoformat(timespec="milliseconds"),
        reporter=person_var(report.reporter),
        person=person_var(report.person),
        suspended=report.suspended,
        reason=report.reason,
        note=report.note,
        text=report.text,
        is_message=report.is_message,
        can_delete=report.can_delete,
        room_name=report.room_name,
        href=f"/r/{report.room}?m={report.message}" if report.room else "",
        resolution=report.resolution or "",
        resolved_by=person_var(report.resolved_by),
        ai=report.is_message and report.person is None,
        can_suspend=report.person is not None and not report.suspended,
    )


def suspended_var(each: SuspendedView) -> SuspendedVar:
    """Return a suspended person for the page."""
    return SuspendedVar(person_var(each.person), each.at.isoformat(timespec="milliseconds"), person_var(each.actor))


def rating_var(rating: RatingView, labels: dict[str, str]) -> RatingVar:
    """Return a rating for the page."""
    model = rating.model or ""
    return RatingVar(
        labels.get(model, model), rating.value, rating.reason, rating.at.isoformat(timespec="milliseconds")
    )


def total_var(total: ModelRatingsJson, labels: dict[str, str]) -> TotalVar:
    """Return a model's numbers for the page, with the model's label if the site still offers it."""
    model = total["model"] or ""
    return TotalVar(model, labels.get(model, model), total["up"], total["down"])
