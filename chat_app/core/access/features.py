"""Features that a site's admins may switch off."""

from enum import StrEnum

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.policy import Policy


class Feature(StrEnum):
    """A feature with a switch. A feature is on unless it was switched off."""

    ROOMS = "rooms"
    """Creating rooms by people who are not staff."""
    INVITE_LINKS = "invite_links"
    DIRECT = "direct"
    AI = "ai"
    IMAGES = "images"
    VOICE = "voice"
    """Recorded messages, dictation, and reading answers aloud."""
    UPLOADS = "uploads"
    TOOLS = "tools"
    ASSISTANTS = "assistants"
    API_TOKENS = "api_tokens"


class FeatureOff(NotAllowed):
    """The site's admins have switched this off; ``feature`` names it."""

    def __init__(self, feature: Feature) -> None:
        super().__init__(f"feature_off_{feature.value}", feature=feature.value)


def require_feature(ctx: Context, feature: Feature) -> None:
    """Raise :class:`FeatureOff` where the site has the feature switched off."""
    if is_off(ctx.policy, feature):
        raise FeatureOff(feature)


def is_off(policy: Policy, feature: Feature) -> bool:
    """Return whether the site has the feature switched off."""
    return feature.value in policy.off
