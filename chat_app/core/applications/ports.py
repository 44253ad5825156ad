"""Port to the library of the protocol. It decides on data that was loaded before, and does no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlmodel import SQLModel

from chat_app.core.applications.signing import SigningKeys
from chat_app.core.applications.tables import Application, Grant, IssuedToken


@dataclass(frozen=True, slots=True)
class EndpointRequest:
    """A request to an endpoint: its parameters, each once, and its header ``Authorization``."""

    params: Mapping[str, str]
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EndpointResponse:
    """The answer of an endpoint: a JSON object, or the address to send the browser to."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    location: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A person with a valid session, for whom tokens are issued."""

    user_id: UUID
    session_id: UUID
    signed_in_at: datetime
    claims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """The claims of them, by scope."""


@dataclass(slots=True)
class LoadedRows:
    """All that a decision may depend on. The decision changes the rows, and adds ``made`` ones."""

    issuer: str
    now: datetime
    applications: Mapping[str, Application] = field(default_factory=dict)
    """The enabled ones that the request names, by their ids."""
    grant: Grant | None = None
    token: IssuedToken | None = None
    bearer: Bearer | None = None
    """The person of the grant; None if they are suspended, deleted or signed out."""
    keys: SigningKeys = field(default_factory=lambda: SigningKeys({}, ()))
    made: list[SQLModel] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AcceptableRequest:
    """A valid authorization request; ``prompts`` and ``max_age`` define what its person must do first."""

    application: Application
    scopes: Sequence[str]
    prompts: frozenset[str]
    max_age: int | None


class ProtocolRefusal(Exception):
    """A request that the protocol refuses. Without a ``location`` the browser is not sent anywhere."""

    def __init__(self, code: str, location: str = "") -> None:
        self.code, self.location = code, location
        super().__init__(code)


class OpenIdProtocol(Protocol):
    """The provider's side of OAuth 2 and OpenID."""

    @property
    def issuer(self) -> str:
        """The provider's own address."""
        ...

    def metadata(self) -> Mapping[str, Any]:
        """Return the provider's metadata, for ``/.well-known/openid-configuration``."""
        ...

    def named(self, asked: EndpointRequest) -> Sequence[str]:
        """Return the client ids that a request names, without authentication."""
        ...

    def check(self, asked: EndpointRequest, known: LoadedRows) -> AcceptableRequest:
        """Check an authorization request. Raises :class:`ProtocolRefusal`."""
        ...

    def grant(self, asked: EndpointRequest, known: LoadedRows, bearer: Bearer) -> str:
        """Issue a code; return the address that takes it to the application. Raises :class:`ProtocolRefusal`."""
        ...

    def deny(self, asked: EndpointRequest, known: LoadedRows, error: str) -> str:
        """Return the address that reports an error to the application. Raises :class:`ProtocolRefusal`."""
        ...

    def token(self, asked: EndpointRequest, known: LoadedRows) -> EndpointResponse:
        """Exchange a code or a refresh token for tokens."""
        ...

    def revoke(self, asked: EndpointRequest, known: LoadedRows) -> EndpointResponse:
        """Revoke a token."""
        ...

    def introspect(self, asked: EndpointRequest, known: LoadedRows) -> EndpointResponse:
        """Introspect a token of the client."""
        ...

    def leave(self, asked: EndpointRequest, known: LoadedRows) -> tuple[str, str]:
        """Return whom a request to sign out is about, and the address to go to; "" if neither is proven."""
        ...
