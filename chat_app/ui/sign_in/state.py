"""The state of the pages ``/sign-in`` and ``/sign-up``: the identity providers."""

from dataclasses import dataclass
from urllib.parse import quote

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.kernel.text import storable
from chat_app.ui.page_state import PageState
from chat_app.web_session import own_path


@dataclass
class ProviderVar:
    """A provider, and the address at which its sign-in begins."""

    id: str
    name: str
    href: str


class SignInState(PageState, rx.State):
    """The providers, and the error with which one sent the person back."""

    providers: list[ProviderVar] = []
    error: str = ""

    @rx.event
    async def load(self) -> None:
        """List the providers. Each takes along where the person wanted to go."""
        query = self.router.url.query_parameters
        following = quote(own_path(storable(query.get("next", "/"))), safe="")
        self.error = query.get("error", "")
        self.providers = [
            ProviderVar(each.id, each.name, f"/api/v1/auth/{each.id}/start?next={following}")
            for each in runtime().providers.values()
        ]
        self.status = "ready"
