"""Settings of balances."""

from typing import Literal

from pydantic import Field

from chat_app.settings.reading.area import AreaSettings, own


class BillingSettings(AreaSettings):
    """The settings of billing: whether people pay for the use of models."""

    billing: Literal["off", "count", "on"] = Field("off", validation_alias=own("billing"))
    credits_per_dollar: int = Field(1000, ge=1, le=1_000_000, validation_alias=own("credits_per_dollar"))
