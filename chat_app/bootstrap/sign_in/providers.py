"""Build the service that keeps sessions, and the identity providers."""

from contextlib import AsyncExitStack

from chat_app.adapters.auth.config import GITHUB, GOOGLE, KratosConfig
from chat_app.adapters.auth.factory import ProviderConfig, build_auth, build_providers, build_saml
from chat_app.bootstrap.secrets import revealed
from chat_app.bootstrap.sign_in.organisations import saml_configs
from chat_app.core.identities.organisation import Organisation
from chat_app.core.identities.ports import Auth, Providers
from chat_app.settings import Settings
from chat_app.web_session import cookie_name


def open_auth(settings: Settings, stops: AsyncExitStack) -> Auth:
    """Return the service that keeps sessions. Connects to nothing yet."""
    auth = build_auth(kratos_config(settings), cookie_name(settings.origin))
    stops.push_async_callback(auth.aclose)
    return auth


def kratos_config(settings: Settings) -> KratosConfig | None:
    """Return the configuration of Kratos, if it keeps passwords and sessions."""
    public, admin = settings.kratos_public_url, settings.kratos_admin_url
    if not (public and admin):
        return None
    public = public.rstrip("/")
    browser = (settings.kratos_browser_url or public).rstrip("/")
    return KratosConfig(public, admin.rstrip("/"), browser, settings.kratos_session_cookie)


def offered_providers(settings: Settings) -> Providers:
    """Return the providers of the sign-in page, in this order; none if that page is not Parley's own."""
    if settings.kratos_public_url:
        return {}
    issuers = {"google": GOOGLE, "github": settings.github_base_url or GITHUB, "oidc": settings.oidc_issuer}
    names = {"google": "Google", "github": "GitHub", "oidc": settings.oidc_name}
    configs = [
        ProviderConfig(
            provider,
            names[provider],
            issuer.rstrip("/"),
            client_id,
            revealed(getattr(settings, f"{provider}_client_secret")),
            Organisation(frozenset(settings.oidc_domains) if provider == "oidc" else frozenset()),
        )
        for provider, issuer in issuers.items()
        if issuer and (client_id := getattr(settings, f"{provider}_client_id"))
    ]
    return {**build_saml(saml_configs(settings)), **build_providers(configs)}
