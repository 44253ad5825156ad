"""Build Parley's side as the provider of other applications."""

from chat_app.core.applications.ports import OpenIdProtocol
from chat_app.settings import Settings


def open_provider(settings: Settings) -> OpenIdProtocol | None:
    """Return the OpenID provider, where it is on. Its issuer is the site's public address."""
    if settings.openid_provider == "off":
        return None
    from chat_app.adapters.openid_server.server import OpenIdServer  # which few sites need, and takes a while

    return OpenIdServer(settings.origin)
