"""Build payments: the provider of checkouts and the stores that the settings name."""

from contextlib import AsyncExitStack
from pathlib import Path

from chat_app.adapters.payments.app_store import AppStore
from chat_app.adapters.payments.google_play import GooglePlay
from chat_app.adapters.payments.stripe_payments import StripePayments
from chat_app.bootstrap.secrets import revealed
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.payments.plans import Plans, PlansInvalid, read_plans
from chat_app.core.payments.ports import StoreRail
from chat_app.core.payments.service import Payments
from chat_app.core.payments.tables import Rail
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def build_payments(settings: Settings, work: UnitOfWork, stops: AsyncExitStack) -> Payments:
    """Return the site's payments. Raises ``LaunchError`` where the plans file cannot be used."""
    plans = _read(settings.plans) if settings.plans else Plans()
    return Payments(
        work, settings.origin, plans, _open_stripe(settings, plans, stops), _open_stores(settings, plans, stops)
    )


def _open_stripe(settings: Settings, plans: Plans, stops: AsyncExitStack) -> StripePayments | None:
    if not (key := revealed(settings.stripe_secret_key)):
        return None
    secret, base = revealed(settings.stripe_webhook_secret), settings.stripe_api_base
    stripe = StripePayments(key, secret, plans, api_base=base, tax=settings.stripe_tax)
    stops.push_async_callback(stripe.aclose)
    return stripe


def _open_stores(settings: Settings, plans: Plans, stops: AsyncExitStack) -> dict[Rail, StoreRail]:
    stores: dict[Rail, StoreRail] = {}
    if settings.app_store_bundle_id and settings.app_store_roots:
        roots = [each.read_bytes() for each in sorted(settings.app_store_roots.iterdir()) if each.is_file()]
        production = settings.app_store_environment == "production"
        app = (settings.app_store_bundle_id, settings.app_store_app_id)
        stores[Rail.APP_STORE] = AppStore(plans, roots, *app, production=production)
    if settings.google_play_package and settings.google_play_credentials:
        play = GooglePlay(
            plans,
            settings.google_play_package,
            settings.google_play_credentials.read_text(),
            audience=settings.google_play_push_audience or "",
            account=settings.google_play_push_account or "",
            api_base=settings.google_play_api_base,
            certs=settings.google_play_certs,
        )
        stops.push_async_callback(play.aclose)
        stores[Rail.GOOGLE_PLAY] = play
    return stores


def _read(path: Path) -> Plans:
    try:
        return read_plans(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LaunchError(f"PARLEY_PLANS={path} cannot be read: {error}") from None
    except PlansInvalid as error:
        raise LaunchError(f"PARLEY_PLANS={path}: {error}") from None
