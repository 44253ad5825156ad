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
from chat_app.settings.reading.text_files import read_text
from chat_app.starting.errors import LaunchError


def build_payments(settings: Settings, work: UnitOfWork, stops: AsyncExitStack) -> Payments:
    """Return the site's payments. Raises ``LaunchError`` if a file that the settings name cannot be used."""
    plans = _read_plans(settings.plans) if settings.plans else Plans()
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
        roots = _read_roots(settings.app_store_roots)
        production = settings.app_store_environment == "production"
        app = (settings.app_store_bundle_id, settings.app_store_app_id)
        stores[Rail.APP_STORE] = AppStore(plans, roots, *app, production=production)
    if settings.google_play_package and settings.google_play_credentials:
        path = settings.google_play_credentials
        try:
            play = GooglePlay(
                plans,
                settings.google_play_package,
                _read_text("GOOGLE_PLAY_CREDENTIALS", path),
                audience=settings.google_play_push_audience or "",
                account=settings.google_play_push_account or "",
                api_base=settings.google_play_api_base,
                certs=settings.google_play_certs,
            )
        except (ValueError, KeyError, TypeError):
            raise LaunchError(f"GOOGLE_PLAY_CREDENTIALS={path} is not the key of a service account in JSON") from None
        stops.push_async_callback(play.aclose)
        stores[Rail.GOOGLE_PLAY] = play
    return stores


def _read_plans(path: Path) -> Plans:
    try:
        return read_plans(_read_text("PARLEY_PLANS", path))
    except PlansInvalid as error:
        raise LaunchError(f"PARLEY_PLANS={path}: {error}") from None


def _read_roots(folder: Path) -> list[bytes]:
    try:
        return [each.read_bytes() for each in sorted(folder.iterdir()) if each.is_file()]
    except OSError as error:
        raise LaunchError(f"APP_STORE_ROOTS={folder} cannot be read: {error.strerror}") from None


def _read_text(name: str, path: Path) -> str:
    try:
        return read_text(path)
    except ValueError as error:
        raise LaunchError(f"{name}={path} cannot be read: {error}") from None
