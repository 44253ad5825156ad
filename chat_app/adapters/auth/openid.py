"""Sign-in by any OpenID provider, Google included: configured by discovery, its ID tokens verified by its keys."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc.jwt import JWTClaimsRegistry

from chat_app.adapters.auth.claims import address, line, subject, texts, written
from chat_app.adapters.auth.client import OAuthClient, check_answer, client_kwargs, depart, in_our_words
from chat_app.adapters.auth.config import GOOGLE, ProviderConfig
from chat_app.adapters.auth.logout_token import LogoutClaims, asked_by
from chat_app.core.identities.errors import ProviderRefused, ProviderUnavailable
from chat_app.core.identities.ports import LogoutAsked, ProviderProfile, SignInRedirect

DISCOVERY: Final = "/.well-known/openid-configuration"
_SIGNED_BY_KEY: Final = ("RS", "PS", "ES", "Ed")
"""Prefixes of the algorithms that sign with a private key. Neither `none` nor a shared secret is accepted."""


class _Registry(JWTClaimsRegistry):
    """Joserfc's rules, but with numbers accepted as ids: `subject` checks them."""

    def validate_sub(self, value: object) -> None:
        """Accept any value."""


class _IdToken(CodeIDToken):  # type: ignore[misc]
    registry_cls = _Registry


def _reader(token: Mapping[str, Any]) -> Callable[..., _IdToken]:
    """Build the reader of an ID token's claims, which may have to match the access token."""

    def read(claims: Any, header: Any, options: Any, params: dict[str, Any]) -> _IdToken:
        return _IdToken(claims, header, options, {**params, "access_token": token.get("access_token")})

    return read


class OpenIdProvider:
    """An OpenID provider."""

    def __init__(self, config: ProviderConfig) -> None:
        self.id, self.name, self.issuer = config.id, config.name, config.issuer
        self.organisation = config.organisation
        self._client = OAuthClient(
            None,
            config.id,
            client_id=config.client_id,
            client_secret=config.client_secret,
            server_metadata_url=config.issuer + DISCOVERY,
            client_kwargs=client_kwargs("openid email profile"),
        )

    async def depart(self, redirect_uri: str) -> SignInRedirect:
        """Begin a sign-in."""
        async with in_our_words(self.id):
            await self._discover()
            return await depart(self._client, redirect_uri)

    async def profile(
        self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str
    ) -> ProviderProfile:
        """Return the person's profile."""
        code = check_answer(answer, self.issuer)
        async with in_our_words(self.id):
            await self._discover()
            token = await self._client.fetch_access_token(redirect_uri, code=code, code_verifier=code_verifier)
            options = {"iss": {"values": self._issuers()}, "aud": {"values": [self._client.client_id]}}
            claims = await self._client.parse_id_token(token, nonce, options, _reader(token))
            if claims is None:
                raise ProviderRefused()
            person, found = subject(claims["sub"]), address(claims)
            if not found[0] and "userinfo_endpoint" in self._client.server_metadata:
                besides = await self._userinfo(token, person)
                # Of an address and its being verified, both are of the same answer.
                found, claims = address(besides), {**besides, **claims}
        email, verified = found
        ends_sessions = self._client.server_metadata.get("backchannel_logout_supported") is True
        return ProviderProfile(
            issuer=self.issuer,
            subject=person,
            email=email,
            email_verified=verified and self.organisation.may_verify(email),
            username=line(claims.get("preferred_username")),
            name=line(claims.get("name")),
            groups=texts(claims.get("groups")),
            session={"index": written(claims.get("sid"))} if ends_sessions else {},
        )

    async def read_logout_token(self, token: str) -> LogoutAsked:
        """Verify and return a logout that the provider itself asks for. Raises as `profile` does."""
        async with in_our_words(self.id):
            await self._discover()
            options = {"iss": {"values": self._issuers()}, "aud": {"values": [self._client.client_id]}}
            claims = await self._client.parse_id_token({"id_token": token}, None, options, LogoutClaims)
            return asked_by(claims)

    def _issuers(self) -> list[str]:
        """Return the accepted forms of the issuer: with or without a final slash, Google's without `https://` too."""
        return [self.issuer, f"{self.issuer}/", *(["accounts.google.com"] if self.issuer == GOOGLE else [])]

    async def _discover(self) -> None:
        """Load the provider's metadata once, and check its issuer."""
        metadata: dict[str, Any] = await self._client.load_server_metadata()
        if str(metadata["issuer"]).rstrip("/") != self.issuer:
            del metadata["_loaded_at"]
            raise ProviderUnavailable()
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [
            name for name in offered if str(name).startswith(_SIGNED_BY_KEY)
        ]

    async def _userinfo(self, token: Any, person: str) -> dict[str, Any]:
        """Return the claims that only the userinfo endpoint has, if they are of the same person."""
        claims: dict[str, Any] = dict(await self._client.userinfo(token=token))
        return claims if written(claims.get("sub")) == person else {}
