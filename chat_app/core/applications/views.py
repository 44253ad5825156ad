"""The shapes of applications in REST."""

from typing import Annotated

from typing_extensions import TypedDict

from chat_app.core.applications.authorization.authorizing import ConsentAsked
from chat_app.core.applications.rules import OAuthScope
from chat_app.core.applications.tables import Application, Consent
from chat_app.core.kernel.wire import Timestamp, one_of, timestamp

ScopeName = Annotated[str, one_of(OAuthScope)]


class ApplicationOut(TypedDict):
    """An application, whose `id` is its client id. Its secret is never shown again."""

    id: str
    name: str
    public: bool
    trusted: bool
    redirect_uris: list[str]
    logout_uris: list[str]
    scopes: list[ScopeName]
    signing_alg: str
    enabled: bool
    created_at: Timestamp


class ApplicationMadeOut(ApplicationOut):
    """A new application with its secret, shown this once; empty for a public one."""

    secret: str


class SecretOut(TypedDict):
    """The new secret, shown this once."""

    secret: str


class ConsentOut(TypedDict):
    """An application with access to the person's data, and the data that it may see."""

    client: str
    name: str
    scopes: list[str]
    granted_at: Timestamp


class ConsentAskedOut(TypedDict):
    """An application that asks for consent, the host to which the browser returns, and the data that it would see."""

    name: str
    host: str
    scopes: list[str]


class ConsentAnsweredOut(TypedDict):
    """The address to which the browser goes now."""

    url: str


def application_json(application: Application) -> ApplicationOut:
    """Return an application's shape in REST."""
    return {
        "id": str(application.id),
        "name": application.name,
        "public": application.secret_hash is None,
        "trusted": application.trusted,
        "redirect_uris": application.redirect_uris,
        "logout_uris": application.logout_uris,
        "scopes": application.scopes,
        "signing_alg": application.signing_alg,
        "enabled": application.disabled_at is None,
        "created_at": timestamp(application.created_at),
    }


def consent_json(consent: Consent) -> ConsentOut:
    """Return a consent's shape in REST."""
    granted_at = timestamp(consent.granted_at)
    return {"client": consent.client, "name": consent.name, "scopes": consent.scopes, "granted_at": granted_at}


def asked_json(asked: ConsentAsked) -> ConsentAskedOut:
    """Return the REST shape of a consent request."""
    return {"name": asked.name, "host": asked.host, "scopes": list(asked.scopes)}
