"""The state of the page ``/admin/applications``. Every argument is hostile until a use case has checked it.

Secrets that are shown once are never in it: an op takes them to the tab, where ``assets/security/once.js`` keeps them.
"""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.applications import commands
from chat_app.core.applications.rules import ADDRESSES_MAX
from chat_app.core.applications.tables import Application
from chat_app.core.live.ops.outcomes import OnceOp
from chat_app.ui.fields import text_of, texts_of
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, close_dialog, say, show_once


@dataclass
class ApplicationVar:
    """An application; without an id a new one."""

    id: str = ""
    name: str = ""
    public: bool = False
    trusted: bool = False
    enabled: bool = True
    redirect_uris: list[str] = field(default_factory=list)
    redirects: str = ""
    logouts: str = ""
    scopes: list[str] = field(default_factory=lambda: ["openid", "profile", "email"])
    signing_alg: str = "RS256"


class ApplicationsState(PageState, FormState, rx.State):
    """All applications, and the one in the dialog."""

    applications: list[ApplicationVar] = []
    issuer: str = ""
    """The provider's address; empty if it is off."""
    chosen: ApplicationVar = ApplicationVar()

    @rx.event
    async def load(self) -> None:
        """List the applications."""
        await _load(self)

    @rx.event
    async def choose(self, application: str) -> None:
        """Open an application in the dialog; a new one for an empty id."""
        self.problems = {}
        found = (each for each in self.applications if application and each.id == application)
        self.chosen = next(found, ApplicationVar())

    @rx.event
    async def save(self, fields: dict[str, Any]) -> None:
        """Add or change the application of the dialog. The secret of a new one is shown this once."""
        about, secret = self.chosen.id, ""
        async with submitting(self, "name", "redirect_uris", "logout_uris", "scopes", "signing_alg") as ctx:
            if about:
                await commands.change_application(ctx, about, **_values(fields))
            else:
                public = "public" in texts_of(fields, "kinds")
                _, secret = await commands.add_application(ctx, **_values(fields), public=public)
            if secret:
                show_once(ctx, self, OnceOp(t="once", token=secret))
            else:
                close_dialog(ctx, self, "application")
                say(ctx, self, "common.saved")
        if ctx.committed:
            await _load(self)

    @rx.event
    async def renew_secret(self) -> None:
        """Replace the secret of the dialog's application; the new one is shown once."""
        async with answering(self, self.chosen.id) as ctx:
            secret = await commands.rotate_secret(ctx, self.chosen.id)
            show_once(ctx, self, OnceOp(t="once", token=secret))

    @rx.event
    async def enable(self, application: str, on: bool) -> None:
        """Enable an application, or disable it."""
        async with answering(self, application) as ctx:
            await commands.change_application(ctx, application, enabled=on)
        await _load(self)

    @rx.event
    async def remove(self) -> None:
        """Delete the application of the dialog."""
        async with answering(self, self.chosen.id) as ctx:
            await commands.delete_application(ctx, self.chosen.id)
        await _load(self)


def _values(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": text_of(fields, "name"),
        "redirect_uris": _lines(fields, "redirect_uris"),
        "logout_uris": _lines(fields, "logout_uris"),
        "scopes": texts_of(fields, "scopes"),
        "trusted": "trusted" in texts_of(fields, "kinds"),
        "signing_alg": text_of(fields, "signing_alg"),
    }


def _lines(fields: dict[str, Any], name: str) -> list[str]:
    lines = [line.strip() for line in text_of(fields, name).splitlines() if line.strip()]
    return lines[: ADDRESSES_MAX + 1]


async def _load(state: ApplicationsState) -> None:
    server = runtime().openid
    async with loading(state) as ctx:
        state.applications = [application_var(each) for each in await commands.list_applications(ctx)]
        state.issuer = server.issuer if server else ""


def application_var(application: Application) -> ApplicationVar:
    """Return an application as the page shows it."""
    return ApplicationVar(
        id=str(application.id),
        name=application.name,
        public=application.secret_hash is None,
        trusted=application.trusted,
        enabled=application.disabled_at is None,
        redirect_uris=application.redirect_uris,
        redirects="\n".join(application.redirect_uris),
        logouts="\n".join(application.logout_uris),
        scopes=application.scopes,
        signing_alg=application.signing_alg,
    )
