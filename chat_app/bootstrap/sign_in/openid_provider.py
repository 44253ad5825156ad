"""Build Parley's side as the provider of other applications."""

from contextlib import AsyncExitStack

from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.applications.ports import OpenIdProtocol
from chat_app.core.kernel.context import UnitOfWork
from chat_app.settings import Settings


def open_provider(settings: Settings) -> OpenIdProtocol | None:
    """Return the OpenID provider, if it is on. Its issuer is the site's public address."""
    if settings.openid_provider == "off":
        return None
    from chat_app.adapters.openid_server.server import OpenIdServer  # which few sites need, and takes a while

    return OpenIdServer(settings.origin)


def open_hydra(settings: Settings, work: UnitOfWork, stops: AsyncExitStack) -> HydraSteps | None:
    """Return the adapter that answers a Hydra, if one is configured."""
    if not (settings.hydra_admin_url and settings.hydra_public_url):
        return None
    from chat_app.adapters.auth.hydra import Hydra

    server = Hydra(settings.hydra_admin_url, settings.hydra_public_url)
    stops.push_async_callback(server.aclose)
    return HydraSteps(work, server)
