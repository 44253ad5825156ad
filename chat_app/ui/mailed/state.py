"""The state of the page ``/verify-email``."""

from typing import Any

import reflex as rx

from chat_app.core.auth.addresses import verify_email
from chat_app.core.auth.errors import LinkSpent
from chat_app.core.kernel.errors import DomainError
from chat_app.ui.page_state import PageState
from chat_app.ui.session import acting, address_of

_DONE = "/verify-email?done=1"


class VerifyState(PageState, rx.State):
    """Whether the address is verified: ``status`` may be *done* or *invalid* besides."""

    error: str = ""

    @rx.event
    async def load(self) -> None:
        """Read from the page's address whether it is verified, as a mailed link's token is before."""
        done = "done" in self.router.url.query_parameters
        self.status, self.error = "done" if done else "ready", ""

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
            return rx.redirect(_DONE, replace=True)
        return None
