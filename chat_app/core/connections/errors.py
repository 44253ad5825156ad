"""Errors of connections and their models."""

from chat_app.core.kernel.errors import Conflict, DomainError, Invalid, NotFound


class ConnectionNotFound(NotFound):
    """The connection does not exist, or the actor is not an admin of the site."""

    default_code = "connection_not_found"


class ModelNotListed(NotFound):
    """No connection has this model, or the actor is not an admin of the site."""

    default_code = "model_not_listed"


class ConnectionInvalid(Invalid):
    """A value of a connection is not acceptable: ``field`` names it, the code says why."""

    default_code = "connection_name_invalid"


class ConnectionsFull(Conflict):
    """The site has ``maximum`` connections."""

    default_code = "connections_full"


class ProviderFailed(DomainError):
    """A provider's models could not be listed.

    The code says why; ``status`` is the HTTP status, if there was a response.
    """

    default_code = "connection_unreachable"
