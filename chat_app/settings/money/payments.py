"""Settings of payments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator

from chat_app.settings.reading.area import AreaSettings, own, together


class PaymentSettings(AreaSettings):
    """Names Stripe's keys, the stores of apps, and the file of plans. Without them, nothing can be bought."""

    plans: Path | None = Field(None, validation_alias=own("plans"))
    stripe_secret_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_api_base: str | None = None
    stripe_tax: bool = False

    app_store_bundle_id: str | None = None
    app_store_app_id: int | None = None
    app_store_environment: Literal["production", "sandbox"] = "production"
    app_store_roots: Path | None = None

    google_play_package: str | None = None
    google_play_credentials: Path | None = None
    google_play_push_audience: str | None = None
    google_play_push_account: str | None = None
    google_play_api_base: str = "https://androidpublisher.googleapis.com"
    google_play_certs: str = "https://www.googleapis.com/oauth2/v3/certs"

    @field_validator("stripe_api_base")
    @classmethod
    def _is_address_of_stripe(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return str(HttpUrl(value)).rstrip("/")
        except ValidationError:
            raise ValueError("not an address, as in http://127.0.0.1:12111") from None

    @together
    def _payments_are_whole(self) -> Iterator[str]:
        rails = (self.stripe_secret_key, self.app_store_bundle_id, self.google_play_package)
        if any(rails) and self.plans is None:
            yield "payments need PARLEY_PLANS, the path of the plans file"
        if self.stripe_secret_key and not self.stripe_webhook_secret:
            yield "STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET, by which it is known that events are Stripe's"
        if self.app_store_bundle_id and not self.app_store_roots:
            yield "APP_STORE_BUNDLE_ID needs APP_STORE_ROOTS, a folder with Apple's root certificates"
        if self.app_store_bundle_id and self.app_store_environment == "production" and not self.app_store_app_id:
            yield "APP_STORE_BUNDLE_ID needs APP_STORE_APP_ID, the app's number at Apple"
        play = (self.google_play_credentials, self.google_play_push_audience, self.google_play_push_account)
        if self.google_play_package and not all(play):
            yield "GOOGLE_PLAY_PACKAGE needs GOOGLE_PLAY_CREDENTIALS, _PUSH_AUDIENCE and _PUSH_ACCOUNT too"
