"""The state of the page ``/settings/security``. Every argument is hostile until a use case has checked it.

Secrets that are shown once are never in it: an op takes them to the tab, where ``assets/security/once.js`` keeps them.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.applications.consents import HYDRA, revoke_application
from chat_app.core.auth.addresses import ask_to_change_email, ask_to_verify
from chat_app.core.auth.factors.challenges import ANSWER_MAX
from chat_app.core.auth.passkeys.commands import add_passkey, begin_passkey, rename_passkey
from chat_app.core.auth.sessions.commands import end_session
from chat_app.core.auth.tokens.api_tokens import DAYS_MAX, make_api_token, revoke_api_token
from chat_app.core.auth.two_factor import (
    begin_two_factor,
    confirm_two_factor,
    end_two_factor,
    renew_recovery_codes,
)
from chat_app.core.identities.passkeys import remove_passkey
from chat_app.core.identities.passwords import ask_for_own_password, change_own_password
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.core.live.ops.outcomes import OnceOp
from chat_app.ui.fields import text_of, texts_of
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.security.account import OwnAccountVar, account_var
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answering, close_dialog, refuse, say, show_once


class SecurityState(PageState, FormState, rx.State):
    """The person's sign-in settings. It is one var: few open the page, and every tab has the state."""

    account: OwnAccountVar = OwnAccountVar()

    @rx.event
    async def load(self) -> None:
        """Load everything that the page shows."""
        await _read(self)

    @rx.event
    async def change_email(self, fields: dict[str, Any]) -> None:
        """Mail a link to another address."""
        async with _form(self, "email") as ctx:
            await ask_to_change_email(ctx, text_of(fields, "email"), *_proof(fields))
            close_dialog(ctx, self, "change-email")
            say(ctx, self, "security.changeEmailSent")

    @rx.event
    async def verify_again(self) -> None:
        """Mail the link again that verifies the person's address."""
        async with _act(self, "email") as ctx:
            await ask_to_verify(ctx)
            say(ctx, self, "security.verifySent")

    @rx.event
    async def set_password(self, fields: dict[str, Any]) -> None:
        """Set another password. All other sessions end."""
        password, code = _proof(fields)
        async with _form(self, "new_password") as ctx:
            await change_own_password(ctx, password, text_of(fields, "new_password"), code)
            close_dialog(ctx, self, "change-password")
            say(ctx, self, "security.passwordChanged")

    @rx.event
    async def mail_password(self) -> None:
        """Mail a link that sets a first password."""
        async with _act(self, "password") as ctx:
            await ask_for_own_password(ctx)
            say(ctx, self, "security.setPasswordSent")

    @rx.event
    async def begin_factor(self, fields: dict[str, Any]) -> None:
        """Create a secret for the authenticator."""
        async with _form(self) as ctx:
            enrolment = await begin_two_factor(ctx, text_of(fields, "password"))
            show_once(ctx, self, OnceOp(t="once", secret=enrolment.secret, qr=enrolment.qr))

    @rx.event
    async def confirm_factor(self, fields: dict[str, Any]) -> None:
        """Turn the second factor on."""
        async with _form(self) as ctx:
            codes = await confirm_two_factor(ctx, text_of(fields, "code"))
            show_once(ctx, self, OnceOp(t="once", codes="\n".join(codes)))

    @rx.event
    async def renew_codes(self, fields: dict[str, Any]) -> None:
        """Renew the recovery codes."""
        async with _form(self) as ctx:
            codes = await renew_recovery_codes(ctx, *_proof(fields))
            show_once(ctx, self, OnceOp(t="once", codes="\n".join(codes)))

    @rx.event
    async def end_factor(self, fields: dict[str, Any]) -> None:
        """Turn the second factor off."""
        async with _form(self) as ctx:
            await end_two_factor(ctx, *_proof(fields))
            close_dialog(ctx, self, "end-two-factor")

    @rx.event
    async def begin_passkey(self, fields: dict[str, Any]) -> None:
        """Send the browser the options for creating a passkey."""
        async with _form(self) as ctx:
            options = await begin_passkey(ctx, *_proof(fields))
            show_once(ctx, self, OnceOp(t="once", passkey=json.dumps(options)))

    @rx.event
    async def keep_passkey(self, fields: dict[str, Any]) -> None:
        """Add the passkey that the browser has made."""
        async with _form(self, "name") as ctx:
            await add_passkey(ctx, text_of(fields, "name"), _credential(fields))
            close_dialog(ctx, self, "new-passkey")
            say(ctx, self, "passkeys.added")

    @rx.event
    async def rename_passkey(self, fields: dict[str, Any]) -> None:
        """Rename a passkey."""
        async with _form(self, "name") as ctx:
            await rename_passkey(ctx, text_of(fields, "about"), text_of(fields, "name"))
            close_dialog(ctx, self, "rename-passkey")
            say(ctx, self, "passkeys.renamed")

    @rx.event
    async def drop_passkey(self, fields: dict[str, Any]) -> None:
        """Remove a passkey."""
        async with _form(self) as ctx:
            await remove_passkey(ctx, text_of(fields, "about"), *_proof(fields))
            close_dialog(ctx, self, "remove-passkey")
            say(ctx, self, "passkeys.removed")

    @rx.event
    async def sign_out_of(self, session: str) -> None:
        """End a session on any device."""
        async with _act(self, "session") as ctx:
            await end_session(ctx, session)
            say(ctx, self, "security.sessionEnded")

    @rx.event
    async def revoke_application(self, client: str) -> None:
        """Take the access from an application."""
        if runtime().hydra and str(client).startswith(HYDRA):
            await _revoke_at_hydra(self, str(client))
            return
        async with _act(self, "application") as ctx:
            await revoke_application(ctx, client)
            say(ctx, self, "applications.revoked")

    @rx.event
    async def make_token(self, fields: dict[str, Any]) -> None:
        """Make an API token."""
        password, code = _proof(fields)
        async with _form(self, "name", "scopes", "days") as ctx:
            name, scopes, days = text_of(fields, "name"), texts_of(fields, "scopes"), _days(fields)
            made = await make_api_token(ctx, name=name, scopes=scopes, days=days, password=password, code=code)
            show_once(ctx, self, OnceOp(t="once", token=made[1]))

    @rx.event
    async def revoke_token(self, token: str) -> None:
        """Revoke an API token."""
        async with _act(self, "token") as ctx:
            await revoke_api_token(ctx, token)
            say(ctx, self, "security.tokenRevoked")


@asynccontextmanager
async def _form(state: SecurityState, *fields: str) -> AsyncIterator[Context]:
    """Open a unit of work for a form, and reload the page's vars afterwards, also after an error."""
    async with submitting(state, *fields, "password", "code") as ctx:
        yield ctx
    await _read(state)


@asynccontextmanager
async def _act(state: SecurityState, about: str) -> AsyncIterator[Context]:
    """Open a unit of work for a button, and reload the page's vars afterwards, also after an error."""
    async with answering(state, about) as ctx:
        yield ctx
    await _read(state)


async def _revoke_at_hydra(state: SecurityState, client: str) -> None:
    """Revoke the access of an application at Hydra, before the transaction begins."""
    if (steps := runtime().hydra) is not None:
        try:
            await steps.revoke(await sender(state), client)
        except DomainError as error:
            await refuse(state, "application", error)
    await _read(state)


async def _read(state: SecurityState) -> None:
    async with loading(state) as ctx:
        state.account = await account_var(ctx)


def _proof(fields: dict[str, Any]) -> tuple[str, str]:
    return text_of(fields, "password"), text_of(fields, "code")


def _credential(fields: dict[str, Any]) -> dict[str, Any]:
    try:
        credential = json.loads(text_of(fields, "credential")[:ANSWER_MAX])
    except (ValueError, RecursionError):
        credential = None
    return credential if isinstance(credential, dict) else {}


def _days(fields: dict[str, Any]) -> int | None:
    days = text_of(fields, "days").strip()
    if days and not days.isdecimal():
        raise InvalidField("number_out_of_range", "days", minimum=1, maximum=DAYS_MAX)
    return int(days[:9]) if days else None
