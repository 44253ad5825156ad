"""The ops for the site's staff. ``t`` is the type."""

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from chat_app.core.access.features import Feature
from chat_app.core.access.site import SitePermission
from chat_app.core.kernel.wire import one_of
from chat_app.core.site.brand import BrandJson

SitePermissionName = Annotated[str, one_of(SitePermission)]
FeatureName = Annotated[str, one_of(Feature)]


class ReportsOp(TypedDict):
    """`reports`: the number of reports that wait for the site's admins."""

    t: Literal["reports"]
    pending: int


class SignUpsOp(TypedDict):
    """`sign_ups`: the number of new accounts that wait for approval by the site's admins."""

    t: Literal["sign_ups"]
    waiting: int


class AnnouncementJson(TypedDict):
    """An announcement of the site's admins, in either language or both."""

    id: str
    en: str
    ja: str
    level: Literal["info", "warning", "urgent"]
    dismissible: bool


class PolicyOp(TypedDict):
    """`policy`: the features that are switched `off`, the days for which the site `keeps` messages (0 for ever), and
    the present announcement; at an arrival, also the one that you have `seen`. Without a `brand` the site looks like
    Parley.
    """

    t: Literal["policy"]
    off: list[FeatureName]
    keeps: int
    announcement: AnnouncementJson | None
    seen: NotRequired[str]
    brand: NotRequired[BrandJson]


class DismissedOp(TypedDict):
    """`dismissed`: you have dismissed an announcement, in this tab or another."""

    t: Literal["dismissed"]
    announcement: str


class HelpOp(TypedDict):
    """`help`: the number of conversations that wait for support; `room` is the one that has changed."""

    t: Literal["help"]
    waiting: int
    room: NotRequired[str]


class SiteOp(TypedDict):
    """`site`: what you may do in running the site."""

    t: Literal["site"]
    may: list[SitePermissionName]
