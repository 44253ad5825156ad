"""The providers for a configuration."""

from collections.abc import Iterable

from chat_app.adapters.auth.config import ProviderConfig
from chat_app.core.identities.ports import Providers

__all__ = ["ProviderConfig", "build_providers"]


def build_providers(configs: Iterable[ProviderConfig]) -> Providers:
    """Each one's adapter, in this order. Connects to nothing yet, and loads no library where there is no provider."""
    configs = list(configs)
    if not configs:
        return {}
    from chat_app.adapters.auth.github import GitHub
    from chat_app.adapters.auth.openid import OpenIdProvider

    return {config.id: (GitHub if config.id == "github" else OpenIdProvider)(config) for config in configs}
