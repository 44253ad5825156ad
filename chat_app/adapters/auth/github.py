"""GitHub, or a GitHub Enterprise Server: OAuth 2, and its API for who somebody is."""

from collections.abc import Mapping
from typing import Any

from chat_app.adapters.auth.claims import line
from chat_app.adapters.auth.client import OAuthClient, check_answer, client_kwargs, depart, in_our_words
from chat_app.adapters.auth.config import GITHUB, ProviderConfig
from chat_app.core.identities.ports import Departure, Profile


class GitHub:
    """GitHub as a provider."""

    def __init__(self, config: ProviderConfig) -> None:
        self.id, self.name, self.issuer = config.id, config.name, config.issuer
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

    async def depart(self, redirect_uri: str) -> Departure:
        """Begin a sign-in."""
        return await depart(self._client, redirect_uri)

    async def profile(self, redirect_uri: str, answer: Mapping[str, str], nonce: str, code_verifier: str) -> Profile:
        """Who has come back."""
        code = check_answer(answer, self.issuer)
        with in_our_words(self.id):
            token = await self._client.fetch_access_token(redirect_uri, code=code, code_verifier=code_verifier)
            user = await self._ask("user", token)
            emails = await self._ask("user/emails", token)
            primary: dict[str, Any] = next((each for each in emails if each["primary"]), {})
            return Profile(
                issuer=self.issuer,
                subject=str(int(user["id"])),  # the login may be changed, and become somebody else's
                email=line(primary.get("email")),
                email_verified=primary.get("verified") is True,
                username=line(user.get("login")),
                name=line(user.get("name")),
            )

    async def _ask(self, what: str, token: Any) -> Any:
        response = await self._client.get(what, token=token, headers={"Accept": "application/vnd.github+json"})
        response.raise_for_status()
        return response.json()
