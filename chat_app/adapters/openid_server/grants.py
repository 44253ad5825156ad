"""The two grants: codes with PKCE, and refresh tokens that are used once."""

from datetime import timedelta
from functools import lru_cache
from hmac import compare_digest
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge, create_s256_code_challenge
from authlib.oidc.core import OpenIDCode
from authlib.oidc.core.grants.code import OpenIDToken
from joserfc.jwk import ECKey, RSAKey

from chat_app.adapters.openid_server.wrapped import Client, Code, Token, token_of
from chat_app.core.applications.authorization.claims import claims_within
from chat_app.core.applications.authorization.exchanging import REFRESH
from chat_app.core.applications.ports import Bearer, LoadedRows
from chat_app.core.applications.tables import Grant
from chat_app.core.kernel.secrets.digests import digest

CODE_LIFE: Final = timedelta(seconds=60)
ID_TOKEN_LIFE: Final = timedelta(hours=1)
_METHODS: Final = ["client_secret_basic", "client_secret_post", "none"]


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Issues codes, and exchanges each once."""

    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Add the grant of a new code."""
        known: LoadedRows = self.server.known
        bearer: Bearer = request.user
        known.made.append(
            Grant(
                application_id=request.client.application.id,
                user_id=bearer.user_id,
                session_id=bearer.session_id,
                scopes=request.scope.split(),
                code_hash=digest(code),
                redirect_uri=self.validate_authorization_redirect_uri(request, request.client),
                code_challenge=request.payload.data.get("code_challenge"),
                nonce=request.payload.data.get("nonce"),
                created_at=known.now,
                code_expires_at=known.now + CODE_LIFE,
            )
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Return the code, if it is this client's and was not used. A second use ends everything that was issued from
        it.
        """
        known: LoadedRows = self.server.known
        grant = known.grant
        if grant is None or grant.application_id != client.application.id:
            return None
        if grant.code_used_at is not None:
            grant.revoked_at = grant.revoked_at or known.now
        if grant.revoked_at or grant.code_expires_at <= known.now:
            return None
        return Code(grant, known)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Mark the code as used."""
        self.server.known.grant.code_used_at = self.server.known.now

    def authenticate_user(self, authorization_code: Code) -> Bearer | None:
        """Return the person, while they are signed in."""
        return self.server.known.bearer  # type: ignore[no-any-return]


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """Exchanges refresh tokens. One that is used twice ends its family."""

    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return the refresh token, if it is this client's and can be used."""
        found = token_of(self.server.known)
        if found is None or found.token.kind != REFRESH or not found.check_client(self.request.client):
            return None
        if found.token.used_at is not None:
            found.grant.revoked_at = found.grant.revoked_at or self.server.known.now
        return None if found.is_revoked() or found.is_expired() else found

    def authenticate_user(self, refresh_token: Token) -> Bearer | None:
        """Return the person, while they are signed in."""
        return self.server.known.bearer  # type: ignore[no-any-return]

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Mark the refresh token as used."""
        refresh_token.token.used_at = self.server.known.now


def _matches(verifier: str, challenge: str) -> bool:
    return compare_digest(create_s256_code_challenge(verifier), challenge)


class Pkce(CodeChallenge):  # type: ignore[misc]
    """PKCE by S256 alone, which public clients must use from the beginning."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD: Final = ["S256"]
    CODE_CHALLENGE_METHODS: Final = {"S256": _matches}

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a request without a challenge, or with another method: none named means ``plain``."""
        data = grant.request.payload.data
        challenge, method = data.get("code_challenge"), data.get("code_challenge_method")
        if grant.request.client.is_public and not challenge:
            raise InvalidRequestError("Missing 'code_challenge'")
        if challenge and method != "S256":
            raise InvalidRequestError("Unsupported 'code_challenge_method'")
        super().validate_code_challenge(grant, redirect_uri)


@lru_cache(maxsize=8)
def _read_key(alg: str, key: tuple[tuple[str, str], ...]) -> RSAKey | ECKey:
    """Read a private key. It is checked, which takes 30 ms for one of RSA."""
    return (RSAKey if alg == "RS256" else ECKey).import_key(dict(key))


class _IdTokens:
    """The claims of an ID token, and its signer."""

    def __init__(self, known: LoadedRows) -> None:
        self._known = known

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        """Return the claims of every ID token."""
        now = int(self._known.now.timestamp())
        claims = {"iss": self._known.issuer, "aud": client.get_client_id(), "iat": now}
        claims["exp"] = now + int(ID_TOKEN_LIFE.total_seconds())
        if self._known.bearer:
            claims["auth_time"] = int(self._known.bearer.signed_in_at.timestamp())
        return claims

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        """Return the header, which names the key."""
        alg = client.application.signing_alg
        return {"alg": alg, "typ": "JWT", "kid": self._known.keys.private[alg]["kid"]}

    def resolve_client_private_key(self, client: Client) -> Any:
        """Return the key that signs for a client."""
        alg = client.application.signing_alg
        return _read_key(alg, tuple(self._known.keys.private[alg].items()))

    def generate_user_info(self, user: Bearer, scope: str) -> dict[str, Any]:
        """Return the claims about a person for the scopes."""
        return claims_within(user.claims, scope.split())


class IdTokenOfCode(_IdTokens, OpenIDCode):  # type: ignore[misc]
    """Adds an ID token to the tokens for a code."""

    def __init__(self, known: LoadedRows) -> None:
        super().__init__(known)
        self.require_nonce = False

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """Return False: the application compares its nonce, and a request may be sent again."""
        return False


class IdTokenOfRefresh(_IdTokens, OpenIDToken):  # type: ignore[misc]
    """Adds an ID token to the tokens for a refresh token."""
