"""Wrap the rows that were loaded for a request in the interfaces that Authlib expects."""

from hmac import compare_digest
from typing import Any, Final

from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Payload, OAuth2Request, TokenMixin
from authlib.oidc.core import AuthorizationCodeMixin

from chat_app.core.applications.ports import EndpointRequest, LoadedRows
from chat_app.core.applications.rules import OAuthScope, is_registered
from chat_app.core.applications.tables import Application, Grant, IssuedToken
from chat_app.core.kernel.secrets.digests import digest

_CONFIDENTIAL: Final = ("client_secret_basic", "client_secret_post")


class Payload(OAuth2Payload):  # type: ignore[misc]
    """The parameters of a request, each of which occurs once."""

    def __init__(self, params: Any) -> None:
        self._params = params

    @property
    def data(self) -> Any:
        """Return the parameters."""
        return self._params

    @property
    def datalist(self) -> Any:
        """Return the parameters as lists of values."""
        return {name: [value] for name, value in self._params.items()}


class Request(OAuth2Request):  # type: ignore[misc]
    """A request to an endpoint. Whether people reach the site by https is the operator's decision, not Authlib's."""

    def __init__(self, method: str, asked: EndpointRequest) -> None:
        super().__init__(method, "https://parley.invalid/", headers={"Authorization": asked.authorization})
        self.payload = Payload(asked.params)

    @property
    def form(self) -> Any:
        """Return the parameters."""
        return self.payload.data


class Client(ClientMixin):  # type: ignore[misc]
    """An application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.client_metadata = {"post_logout_redirect_uris": application.logout_uris}
        self.id_token_signed_response_alg = application.signing_alg

    @property
    def is_public(self) -> bool:
        """Return whether it has no secret."""
        return self.application.secret_hash is None

    def get_client_id(self) -> str:
        """Return its id."""
        return str(self.application.id)

    def get_default_redirect_uri(self) -> str | None:
        """Return its only address, which a request may leave out."""
        uris = self.application.redirect_uris
        return uris[0] if len(uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes to grant, or None without ``openid``. Ignores unknown scopes."""
        wanted = (scope or "").split()
        if OAuthScope.OPENID not in wanted:
            return None
        return " ".join(each for each in self.application.scopes if each in wanted)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether the client has exactly this redirect address.

        Only the port of a native program's loopback address may differ.
        """
        return is_registered(redirect_uri, self.application.redirect_uris, native=self.is_public)

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether this is its secret, in constant time."""
        return compare_digest(self.application.secret_hash or b"", digest(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Return whether it proves itself so: a public one by nothing, all others by their secret."""
        return method == "none" if self.is_public else method in _CONFIDENTIAL

    def check_response_type(self, response_type: str) -> bool:
        """Return whether it may ask for this: for codes alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether it may exchange this."""
        return grant_type in ("authorization_code", "refresh_token")


class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """The code of a grant."""

    code_challenge_method: Final = "S256"

    def __init__(self, grant: Grant, known: LoadedRows) -> None:
        self._grant, self._known = grant, known

    @property
    def code_challenge(self) -> str | None:
        """Return the challenge of PKCE."""
        return self._grant.code_challenge

    def get_redirect_uri(self) -> str:
        """Return the address that the code was sent to."""
        return self._grant.redirect_uri

    def get_scope(self) -> str:
        """Return the granted scopes."""
        return " ".join(self._grant.scopes)

    def get_nonce(self) -> str | None:
        """Return the application's nonce."""
        return self._grant.nonce

    def get_auth_time(self) -> int | None:
        """Return when the person signed in."""
        return int(self._known.bearer.signed_in_at.timestamp()) if self._known.bearer else None

    def get_acr(self) -> None:
        """Return nothing: no class of sign-in is promised."""

    def get_amr(self) -> None:
        """Return nothing, as above."""


class Token(TokenMixin):  # type: ignore[misc]
    """A token with its grant."""

    def __init__(self, token: IssuedToken, grant: Grant, known: LoadedRows) -> None:
        self.token, self.grant, self._known = token, grant, known

    def check_client(self, client: Client) -> bool:
        """Return whether it was issued to this client."""
        return self.grant.application_id == client.application.id

    def get_scope(self) -> str:
        """Return its scopes."""
        return " ".join(self.token.scopes)

    def get_expires_in(self) -> int:
        """Return for how many seconds it was issued."""
        return int((self.token.expires_at - self.token.created_at).total_seconds())

    def is_expired(self) -> bool:
        """Return whether it has expired."""
        return self.token.expires_at <= self._known.now

    def is_revoked(self) -> bool:
        """Return whether it was used, or revoked with its family, or its person is no longer there."""
        return bool(self.token.used_at or self.grant.revoked_at or self._known.bearer is None)


def token_of(known: LoadedRows) -> Token | None:
    """Return the token that was loaded."""
    return Token(known.token, known.grant, known) if known.token and known.grant else None
