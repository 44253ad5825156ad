"""GitHub, or a GitHub Enterprise Server: sign-in by OAuth 2, and the profile by its API."""

from collections.abc import Mapping
from typing import Any

from chat_app.adapters.auth.claims import email, line, says_yes, subject
from chat_app.adapters.auth.client import OAuthClient, check_answer, client_kwargs, depart, in_our_words
from chat_app.adapters.auth.config import GITHUB, ProviderConfig
from chat_app.core.identities.ports import ProviderProfile, SignInRedirect


class GitHub:
    """GitHub as a provider."""

    def __init__(self, config: ProviderConfig) -> None:
        self.id, self.name, self.issuer = config.id, config.name, config.issuer
        self.organisation = config.organisation
        self._client = OAuthClient(
            None,
            config.id,
            client_id=config.client_id,
            client_secret=config.client_secret,
            authorize_url=f"{config.issuer}/login/oauth/authorize",
            access_token_url=f"{config.issuer}/login/oauth/access_token",
            api_base_url="https://api.github.com/" if config.issuer == GITHUB else f"{config.issuer}/api/v3/",
            client_kwargs=client_kwargs("read:user user:email") | {"token_endpoint_auth_method": "client_secret_post"},
        )

    async def depart(self, redirect_uri: str) -> SignInRedirect:
        """Begin a sign-in."""
        return await depart(self._client, redirect_uri)

    async def profile(
        self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str
    ) -> ProviderProfile:
        """Return the person's profile."""
        code = check_answer(answer, self.issuer)
        async with in_our_words(self.id):
            token = await self._client.fetch_access_token(redirect_uri, code=code, code_verifier=code_verifier)
            user = await self._ask("user", token)
            primary = await self._primary_email(token)
            address = email(primary.get("email"))
            return ProviderProfile(
                issuer=self.issuer,
                subject=subject(user["id"]),  # the login can be changed, and can then belong to another person
                email=address,
                email_verified=bool(address) and says_yes(primary.get("verified")),
                username=line(user.get("login")),
                name=line(user.get("name")),
            )

    async def _primary_email(self, token: Any) -> dict[str, Any]:
        """Return the primary address, or nothing if the account has none or the app may not read it."""
        response = await self._get("user/emails", token)
        listed = [] if response.status_code in {403, 404} else response.raise_for_status().json()
        emails = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        return next((each for each in emails if says_yes(each.get("primary"))), {})

    async def _ask(self, what: str, token: Any) -> Any:
        return (await self._get(what, token)).raise_for_status().json()

    async def _get(self, what: str, token: Any) -> Any:
        return await self._client.get(what, token=token, headers={"Accept": "application/vnd.github+json"})
