"""The provider: one Authlib server per request, over the rows that were loaded for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc9207 import IssuerParameter

from chat_app.adapters.openid_server.endpoints import EndSession, Introspection, Revocation, audience_of
from chat_app.adapters.openid_server.grants import CodeGrant, IdTokenOfCode, IdTokenOfRefresh, Pkce, RefreshGrant
from chat_app.adapters.openid_server.metadata import metadata_of
from chat_app.adapters.openid_server.wrapped import Client, Request
from chat_app.core.applications.authorization.exchanging import ACCESS, REFRESH
from chat_app.core.applications.ports import (
    AcceptableRequest,
    Bearer,
    EndpointRequest,
    EndpointResponse,
    LoadedRows,
    ProtocolRefusal,
)
from chat_app.core.applications.tables import Grant, IssuedToken
from chat_app.core.kernel.secrets.digests import digest, new_secret

ACCESS_LIFE: Final = timedelta(minutes=10)
REFRESH_LIFE: Final = timedelta(days=30)
_AGE_MAX: Final = 10 * 365 * 86_400
_UNSUPPORTED: Final = {"request": "request_not_supported", "request_uri": "request_uri_not_supported"}


@dataclass
class _Response:
    """The answer of Authlib; ``location`` is where :class:`IssuerParameter` looks."""

    status: int
    body: Any
    headers: list[tuple[str, str]]

    @property
    def location(self) -> str:
        return next((value for name, value in self.headers if name == "Location"), "")

    @location.setter
    def location(self, url: str) -> None:
        self.headers = [(name, value) for name, value in self.headers if name != "Location"] + [("Location", url)]


class _Issuer(IssuerParameter):  # type: ignore[misc]
    """Names the provider in every answer that a browser takes, against mix-ups."""

    def __init__(self, server: "_Server") -> None:
        self._issuer = server.known.issuer
        self(server)

    def get_issuer(self) -> str:
        return self._issuer


class _Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server on the data that was loaded for one request."""

    def __init__(self, known: LoadedRows) -> None:
        super().__init__()
        self.known = known
        self.register_token_generator("default", _new_token)
        self.register_grant(CodeGrant, [Pkce(required=True), IdTokenOfCode(known)])
        self.register_grant(RefreshGrant, [IdTokenOfRefresh(known)])
        for endpoint in (Revocation, Introspection, EndSession):
            self.register_endpoint(endpoint)
        self.register_extension(_Issuer)

    def query_client(self, client_id: str) -> Client | None:
        application = self.known.applications.get(client_id)
        return Client(application) if application else None

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Add the issued tokens: the refresh token keeps all scopes of the grant."""
        known, grant = self.known, self.known.grant
        assert grant is not None, "tokens are issued for a grant"
        known.made.append(_issued(grant, known, ACCESS, token[ACCESS], token["scope"].split(), ACCESS_LIFE))
        if REFRESH in token:
            known.made.append(_issued(grant, known, REFRESH, token[REFRESH], grant.scopes, REFRESH_LIFE))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Do nothing: there are no listeners."""

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> _Response:
        return _Response(status, body, list(headers))


class OpenIdServer:
    """Implements :class:`~chat_app.core.applications.ports.OpenIdProtocol`."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def metadata(self) -> Mapping[str, Any]:
        """Return the abilities of the provider."""
        return metadata_of(self.issuer)

    def named(self, asked: EndpointRequest) -> Sequence[str]:
        """Return the client ids that a request names, and those in its token hint."""
        try:
            basic, _ = extract_basic_authorization({"Authorization": asked.authorization})
        except ValueError:
            basic = None
        return [each for each in (basic, asked.params.get("client_id"), audience_of(asked)) if each]

    def check(self, asked: EndpointRequest, known: LoadedRows) -> AcceptableRequest:
        """Check an authorization request."""
        server = _Server(known)
        request = Request("GET", asked)
        grant = _guarded(lambda: server.get_consent_grant(request, _Somebody), known, asked)
        for name, code in _UNSUPPORTED.items():
            if name in asked.params:
                raise ProtocolRefusal(code, self.deny(asked, known, code))
        if asked.params.get("response_mode", "query") != "query":
            raise ProtocolRefusal("invalid_request", self.deny(asked, known, "invalid_request"))
        return AcceptableRequest(
            grant.client.application,
            request.scope.split(),
            frozenset(asked.params.get("prompt", "").split()),
            _age(asked, known),
        )

    def grant(self, asked: EndpointRequest, known: LoadedRows, bearer: Bearer) -> str:
        """Issue a code."""
        return _sent(asked, known, bearer)

    def deny(self, asked: EndpointRequest, known: LoadedRows, error: str) -> str:
        """Return the address with an error."""
        server, request = _Server(known), Request("GET", asked)
        grant = _guarded(lambda: server.get_consent_grant(request, _Somebody), known, asked)
        params = {"error": error, "iss": known.issuer}
        if state := asked.params.get("state"):
            params["state"] = state
        return str(add_params_to_uri(grant.redirect_uri, list(params.items())))

    def token(self, asked: EndpointRequest, known: LoadedRows) -> EndpointResponse:
        """Exchange a code or a refresh token."""
        return _answered(lambda server, request: server.create_token_response(request), asked, known)

    def revoke(self, asked: EndpointRequest, known: LoadedRows) -> EndpointResponse:
        """Revoke a token."""
        return _answered(lambda server, request: server.create_endpoint_response("revocation", request), asked, known)

    def introspect(self, asked: EndpointRequest, known: LoadedRows) -> EndpointResponse:
        """Introspect a token."""
        return _answered(
            lambda server, request: server.create_endpoint_response("introspection", request), asked, known
        )

    def leave(self, asked: EndpointRequest, known: LoadedRows) -> tuple[str, str]:
        """Return the person of a sign-out request, and the address to return to."""
        server = _Server(known)
        try:
            found = server.validate_endpoint_request("end_session", Request("GET", asked))
        except (OAuth2Error, ValueError):
            return "", ""
        claims = found.id_token_claims or {}
        if claims.get("iss") != known.issuer or found.client is None:
            return "", ""
        return str(claims.get("sub", "")), found.redirect_uri or ""


class _Somebody:
    """A placeholder for the person while a request is checked. The core decides what the person must do first."""


def _sent(asked: EndpointRequest, known: LoadedRows, bearer: Bearer) -> str:
    server, request = _Server(known), Request("GET", asked)
    grant = _guarded(lambda: server.get_consent_grant(request, _Somebody), known, asked)
    response = _guarded(lambda: server.create_authorization_response(request, bearer, grant), known, asked)
    return str(response.location)


def _guarded(decide: Callable[[], Any], known: LoadedRows, asked: EndpointRequest) -> Any:
    """Return Authlib's decision.

    Raises ``ProtocolRefusal``, with an address only if the address belongs to the application.
    """
    try:
        return decide()
    except OAuth2Error as error:
        error.state = asked.params.get("state")
        location = ""
        if error.redirect_uri:
            headers = dict(error()[2])
            location = str(add_params_to_uri(headers["Location"], [("iss", known.issuer)]))
        raise ProtocolRefusal(str(error.error), location) from None
    except ValueError:  # where Authlib would repeat characters that no error may have, or cannot read an address
        raise ProtocolRefusal("invalid_request") from None


def _answered(
    decide: Callable[[_Server, Request], _Response], asked: EndpointRequest, known: LoadedRows
) -> EndpointResponse:
    try:
        response = decide(_Server(known), Request("POST", asked))
    except ValueError:
        return EndpointResponse(400, {"error": "invalid_request"})
    body = response.body if isinstance(response.body, Mapping) else dict(response.body)
    headers = [(name, value) for name, value in response.headers if name.lower() == "www-authenticate"]
    if response.status == 401 and not headers:
        headers = [("WWW-Authenticate", 'Basic realm="oauth2"')]
    return EndpointResponse(response.status, body, tuple(headers))


def _new_token(*, scope: str, include_refresh_token: bool, **_: Any) -> dict[str, Any]:
    token = {"token_type": "Bearer", ACCESS: new_secret(), "scope": scope}
    if include_refresh_token:
        token[REFRESH] = new_secret()
    return {**token, "expires_in": int(ACCESS_LIFE.total_seconds())}


def _issued(
    grant: Grant, known: LoadedRows, kind: str, token: str, scopes: Sequence[str], life: timedelta
) -> IssuedToken:
    return IssuedToken(
        token_hash=digest(token),
        grant_id=grant.id,
        kind=kind,
        scopes=list(scopes),
        created_at=known.now,
        expires_at=known.now + life,
    )


def _age(asked: EndpointRequest, known: LoadedRows) -> int | None:
    text = asked.params.get("max_age", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise ProtocolRefusal("invalid_request")
    return min(int(text[:12]), _AGE_MAX)
