"""Errors of reports."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound


class ReportNotFound(NotFound):
    """The report does not exist, or the actor is not an admin of the site."""

    default_code = "report_not_found"


class ReportResolved(Conflict):
    """Another admin has resolved the report."""

    default_code = "report_resolved"


class InvalidReport(Invalid):
    """The reason is unknown, or the note is too long."""

    default_code = "report_invalid"
