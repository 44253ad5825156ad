"""Build the providers and the session service of a configuration."""

from collections.abc import Iterable

from chat_app.adapters.auth.config import KratosConfig, ProviderConfig
from chat_app.adapters.auth.local import LocalAuth
from chat_app.adapters.auth.saml.config import SamlConfig
from chat_app.adapters.auth.saml.provider import SamlProvider
from chat_app.core.identities.ports import Auth, Providers

__all__ = ["ProviderConfig", "build_auth", "build_providers", "build_saml"]


def build_providers(configs: Iterable[ProviderConfig]) -> Providers:
    """Return the providers' adapters, in this order. Connects to nothing, and imports no library without a provider."""
    configs = list(configs)
    if not configs:
        return {}
    from chat_app.adapters.auth.github import GitHub
    from chat_app.adapters.auth.openid import OpenIdProvider

    return {config.id: (GitHub if config.id == "github" else OpenIdProvider)(config) for config in configs}


def build_saml(configs: Iterable[SamlConfig]) -> Providers:
    """Return the adapters of SAML providers, in this order. Connects to nothing yet."""
    return {config.id: SamlProvider(config) for config in configs}


def build_auth(kratos: KratosConfig | None, cookie: str) -> Auth:
    """Return the service that keeps sessions; `cookie` is the name of Parley's own. Connects to nothing yet."""
    if kratos is None:
        return LocalAuth(cookie)
    from chat_app.adapters.auth.kratos.service import KratosAuth

    return KratosAuth(kratos)
