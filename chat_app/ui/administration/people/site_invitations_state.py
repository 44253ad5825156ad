"""The state of the dialog that invites people to the site. Every argument is hostile until a use case checked it."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.kernel.context import Context
from chat_app.core.site.invitations import invite_to_site, list_site_invitations, revoke_site_invitation
from chat_app.ui.fields import text_of, texts_of
from chat_app.ui.page_state import FormState, submitting
from chat_app.ui.transport.answering import answering


@dataclass
class OpenInvitationVar:
    """An invitation that works."""

    id: str
    email: str
    expires_at: str


class SiteInvitationsState(FormState, rx.State):
    """The open invitations, and the outcome of the latest one."""

    invitations: list[OpenInvitationVar] = []
    link: str = ""
    mailed: str = ""

    @rx.event
    async def open(self) -> None:
        """List the open invitations."""
        self.problems, self.link, self.mailed = {}, "", ""
        async with answering(self, "invitations") as ctx:
            await _show(self, ctx)

    @rx.event
    async def make(self, fields: dict[str, Any]) -> None:
        """Make an invitation: mail it, or show its link."""
        self.link, self.mailed = "", ""
        email, days = text_of(fields, "email").strip(), 0
        with suppress(ValueError):
            days = int(text_of(fields, "days")[:4])
        async with submitting(self, "email", "days") as ctx:
            made = await invite_to_site(ctx, email=email, days=days, roles=texts_of(fields, "roles"))
            await _show(self, ctx)
            self.mailed = made.invitation.email
            self.link = "" if self.mailed else runtime().settings.origin + made.path

    @rx.event
    async def revoke(self, invitation: str) -> None:
        """Revoke an invitation."""
        async with answering(self, "invitations") as ctx:
            await revoke_site_invitation(ctx, invitation)
            await ctx.db.flush()
            await _show(self, ctx)


async def _show(state: SiteInvitationsState, ctx: Context) -> None:
    found = await list_site_invitations(ctx)
    state.invitations = [
        OpenInvitationVar(str(each.id), each.email, each.expires_at.isoformat()) for each in found[:50]
    ]
