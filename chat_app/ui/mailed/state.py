"""The state of the pages ``/forgot-password``, ``/reset-password`` and ``/verify-email``."""

from typing import Any

import reflex as rx

from chat_app.core.accounts.rules import check_email
from chat_app.core.auth.addresses import verify_email
from chat_app.core.auth.errors import LinkSpent
from chat_app.core.auth.factors.proof import check_kept_here
from chat_app.core.auth.password_changes import note_forgotten
from chat_app.core.identities.passwords import recover_account
from chat_app.core.kernel.errors import DomainError
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import FormState, PageState, submitting
from chat_app.ui.session import acting, address_of

_ENDS = ("sent", "done")


class MailedState(PageState, FormState, rx.State):
    """The result of a mailed link, or of the request for one: ``status`` may also be *sent*, *done* or *invalid*."""

    error: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the finished action from the page's address, which contained a mailed link's token before."""
        query = self.router.url.query_parameters
        self.status, self.error, self.problems = next((end for end in _ENDS if end in query), "ready"), "", {}

    @rx.event
    async def ask(self, fields: dict[str, Any]) -> Any:
        """Mail a link for a new password.

        The response and its duration do not depend on whether the address has an account.
        """
        async with submitting(self, "email") as ctx:
            check_kept_here(ctx)
            await note_forgotten(ctx, address_of(self), check_email(text_of(fields, "email")))
        return rx.redirect("/forgot-password?sent=1", replace=True) if ctx.committed else None

    @rx.event
    async def reset_password(self, fields: dict[str, Any]) -> Any:
        """Set a new password by the mailed link. All sessions and API tokens of the account end."""
        is_spent = False
        async with submitting(self, "password") as ctx:
            check_kept_here(ctx)
            try:
                token, password = self.router.url.fragment, text_of(fields, "password")
                await recover_account(ctx, token, password, address=address_of(self))
            except LinkSpent:
                is_spent = True
                raise
        if is_spent:
            self.status = "invalid"
        return rx.redirect("/reset-password?done=1", replace=True) if ctx.committed else None

    @rx.event
    async def verify(self) -> Any:
        """Redeem the mailed link. It takes a click, since mail scanners follow links."""
        self.error = ""
        try:
            async with acting(self) as ctx:
                await verify_email(ctx, self.router.url.fragment, address=address_of(self))
        except LinkSpent:
            self.status = "invalid"
        except DomainError as error:
            self.error = error.code
        else:
            return rx.redirect("/verify-email?done=1", replace=True)
        return None
