"""The endpoints for revocation, introspection and sign-out."""

import json
from base64 import urlsafe_b64decode
from typing import Any, Final

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint

from chat_app.adapters.openid_server.wrapped import Client, Token, token_of
from chat_app.core.applications.authorization.exchanging import REFRESH
from chat_app.core.applications.ports import EndpointRequest
from chat_app.core.applications.rules import ALGORITHMS

_CONFIDENTIAL: Final = ["client_secret_basic", "client_secret_post"]


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """Revokes a token; a refresh token takes its family with it."""

    CLIENT_AUTH_METHODS: Final = [*_CONFIDENTIAL, "none"]

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        """Return the token that was loaded."""
        return token_of(self.server.known)

    def revoke_token(self, token: Token, request: Any) -> None:
        """End an access token, or the whole family."""
        now = self.server.known.now
        if token.token.kind == REFRESH:
            token.grant.revoked_at = token.grant.revoked_at or now
        else:
            token.token.used_at = now


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """Introspects the application's own tokens."""

    CLIENT_AUTH_METHODS: Final = _CONFIDENTIAL

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        """Return the token that was loaded."""
        return token_of(self.server.known)

    def check_permission(self, token: Token, client: Client, request: Any) -> bool:
        """Return whether it is the application's own."""
        return token.check_client(client)

    def introspect_token(self, token: Token) -> dict[str, Any]:
        """Return the data of a token."""
        known = self.server.known
        return {
            "client_id": str(token.grant.application_id),
            "aud": str(token.grant.application_id),
            "iss": known.issuer,
            "sub": str(token.grant.user_id),
            "scope": token.get_scope(),
            "token_type": "Bearer" if token.token.kind != REFRESH else "refresh_token",
            "iat": int(token.token.created_at.timestamp()),
            "exp": int(token.token.expires_at.timestamp()),
        }


class EndSession(EndSessionEndpoint):  # type: ignore[misc]
    """Reads a request to sign out; what ends is decided by the core."""

    def get_server_jwks(self) -> dict[str, Any]:
        """Return the keys that have signed ID tokens."""
        return {"keys": [dict(key) for key in self.server.known.keys.public]}

    def get_algorithms(self) -> list[str]:
        """Return the algorithms that count, so that ``none`` does not."""
        return list(ALGORITHMS)

    def end_session(self, end_session_request: Any) -> None:
        """Do nothing: the core ends the session."""


def audience_of(asked: EndpointRequest) -> str:
    """Return for which client an ID token was made that a request to sign out has, before it is verified; else ""."""
    parts = asked.params.get("id_token_hint", "").split(".")
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, RecursionError):
        return ""
    audience = claims.get("aud") if isinstance(claims, dict) else ""
    return audience if isinstance(audience, str) else ""
