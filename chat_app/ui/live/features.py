"""Vars of the features that the site has switched off: pages hide them, and use cases refuse them."""

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.ui.live.vars import OFF


def is_on(feature: Feature) -> rx.Var[bool]:
    """Return whether the site has a feature."""
    return ~OFF.contains(feature.value)
