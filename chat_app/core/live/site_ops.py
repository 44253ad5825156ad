"""The ops for the site's staff. ``t`` says which it is."""

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission
from chat_app.core.kernel.wire import one_of

SitePermissionName = Annotated[str, one_of(SitePermission)]


class ReportsOp(TypedDict):
    """`reports`: so many wait for the site's admins."""

    t: Literal["reports"]
    pending: int


class HelpOp(TypedDict):
    """`help`: so many conversations wait for support; something has changed in the one of `room`."""

    t: Literal["help"]
    waiting: int
    room: NotRequired[str]


class SiteOp(TypedDict):
    """`site`: what you may do in running the site."""

    t: Literal["site"]
    may: list[SitePermissionName]
