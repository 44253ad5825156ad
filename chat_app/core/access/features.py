"""Features that a site's admins may switch off."""

from enum import StrEnum
from typing import Final

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed


class Feature(StrEnum):
    """A feature with a switch. Each is on where nobody has switched it off."""

    ROOMS = "rooms"
    """Creating rooms by people who are not the site's staff."""
    INVITE_LINKS = "invite_links"
    DIRECT = "direct"
    AI = "ai"
    IMAGES = "images"
    VOICE = "voice"
    """Messages that were recorded, dictation, and answers that are read aloud."""
    UPLOADS = "uploads"
    TOOLS = "tools"
    ASSISTANTS = "assistants"
    EXPORTS = "exports"
    """Exports of rooms. People can export their own data always."""
    API_TOKENS = "api_tokens"


class FeatureOff(NotAllowed):
    """The site's admins have switched this off; ``feature`` names it."""


CODES: Final = {feature: f"feature_off_{feature.value}" for feature in Feature}


def require_feature(ctx: Context, feature: Feature) -> None:
    """Raise :class:`FeatureOff` where the site has the feature switched off."""
    if feature.value in ctx.policy.off:
        raise FeatureOff(CODES[feature], feature=feature.value)
