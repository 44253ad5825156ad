"""Errors of applications."""

from chat_app.core.kernel.errors import Conflict, NotAllowed, NotFound, Unavailable


class ApplicationNotFound(NotFound):
    """The application does not exist, or not for the actor."""

    default_code = "application_not_found"


class ApplicationsFull(Conflict):
    """The site has as many applications as the limit allows."""

    default_code = "too_many_applications"


class ApplicationIsPublic(Conflict):
    """A public application has no secret."""

    default_code = "application_is_public"


class RequestExpired(NotFound):
    """The application's request is not known, was answered already, or has expired."""

    default_code = "oauth_request_expired"


class RequestRefused(NotAllowed):
    """The application's request is not valid, and nothing of it is trusted, including the address to return to."""

    default_code = "oauth_request_refused"


class ProviderAway(Unavailable):
    """The server that the application belongs to cannot be reached."""

    default_code = "oauth_provider_away"
