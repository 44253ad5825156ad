"""The state of the page ``/settings``. Every argument is hostile until a use case has checked it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.accounts.commands import update_profile
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.factors.proof import has_password
from chat_app.core.auth.two_factor import two_factor
from chat_app.core.direct.blocking import unblock_person
from chat_app.core.identities.commands import unlink_identity
from chat_app.core.identities.ports import pick
from chat_app.core.identities.queries import ways_in
from chat_app.core.kernel.context import Context
from chat_app.core.people.blocks import blocked_people
from chat_app.core.people.presence import show_presence
from chat_app.core.pictures.avatars import remove_avatar
from chat_app.ui.fields import text_of
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, close_dialog, say

BLOCKED_MOST: Final = 50
_CHOICES: Final = ("color", "locale", "theme")


@dataclass
class MeVar:
    """The person's view of themselves."""

    id: str = ""
    username: str = ""
    name: str = ""
    email: str = ""
    color: str = ""
    avatar: int = 0
    locale: str = ""
    theme: str = ""
    receipts: bool = False
    shows_presence: bool = False
    has_password: bool = False


@dataclass
class IdentityVar:
    """A provider, and the account there by which the person signs in."""

    id: str
    name: str
    linked: bool
    label: str


class SettingsState(PageState, FormState, rx.State):
    """The person's own settings."""

    me: MeVar = MeVar()
    blocked: list[PersonVar] = []
    """The people who were blocked last."""

    identities: list[IdentityVar] = []
    bills: bool = False
    """Whether the site takes payments, in one way or another."""
    two_factor: bool = False
    """Whether the person has an authenticator, and is asked for its code."""

    @rx.event
    async def load(self) -> None:
        """Load everything that the page shows."""
        async with loading(self) as ctx:
            self.me = _me(ctx, await get_user(ctx, ctx.me.user_id))
            self.blocked = await _blocked(ctx)
            self.identities = await _identities(ctx)
            self.bills = runtime().payments.on or bool(runtime().payments.stores)
            self.two_factor = (await two_factor(ctx)).on

    @rx.event
    async def rename(self, fields: dict[str, Any]) -> None:
        """Change the name that others see."""
        async with submitting(self, "name") as ctx:
            self.me = _me(ctx, await update_profile(ctx, name=text_of(fields, "name")))
            say(ctx, self, "common.saved")

    @rx.event
    async def choose(self, what: str, value: str) -> None:
        """Choose the colour, the language or the theme."""
        if what in _CHOICES:
            choice: dict[str, Any] = {what: value}
            await _change(self, partial(update_profile, **choice))

    @rx.event
    async def show_presence(self, on: bool) -> None:
        """Show or hide the person's presence."""
        await _change(self, partial(show_presence, shown=on))

    @rx.event
    async def show_receipts(self, on: bool) -> None:
        """Show or hide the person's receipts."""
        await _change(self, partial(update_profile, receipts=on))

    @rx.event
    async def remove_picture(self) -> None:
        """Remove the picture."""
        await _change(self, remove_avatar)

    @rx.event
    async def unblock(self, username: str) -> None:
        """Unblock a person."""
        async with answering(self, username) as ctx:
            await unblock_person(ctx, username)
            self.blocked = await _blocked(ctx)

    @rx.event
    async def disconnect(self, fields: dict[str, Any]) -> None:
        """Unlink an account elsewhere."""
        providers, password, code = runtime().providers, text_of(fields, "password"), text_of(fields, "code")
        async with submitting(self, "password", "code") as ctx:
            provider = pick(providers, text_of(fields, "about"))
            await unlink_identity(ctx, provider, [each.issuer for each in providers.values()], password, code)
            self.identities = await _identities(ctx)
            close_dialog(ctx, self, "disconnect-identity")
            say(ctx, self, "identities.undone", name=provider.name)


async def _change(state: SettingsState, change: Callable[[Context], Awaitable[User]]) -> None:
    """Change the profile. After a refusal, reload it, so that the page shows the stored one."""
    async with answering(state, "profile") as ctx:
        state.me = _me(ctx, await change(ctx))
    if not ctx.committed:
        async with loading(state) as ctx:
            state.me = _me(ctx, await get_user(ctx, ctx.me.user_id))


def _me(ctx: Context, user: User) -> MeVar:
    return MeVar(
        id=str(user.id),
        username=user.username,
        name=user.name,
        email=user.email,
        color=user.color,
        avatar=user.avatar or 0,
        locale=user.locale,
        theme=user.theme,
        receipts=user.receipts,
        shows_presence=user.shows_presence,
        has_password=has_password(user, ctx.policy),
    )


async def _blocked(ctx: Context) -> list[PersonVar]:
    return [PersonVar(**person.as_json()) for person in (await blocked_people(ctx))[:BLOCKED_MOST]]


async def _identities(ctx: Context) -> list[IdentityVar]:
    return [IdentityVar(way.id, way.name, way.linked, way.label) for way in await ways_in(ctx, runtime().providers)]
