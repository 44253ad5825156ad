"""The state of the pages ``/sign-in`` and ``/sign-up``: the identity providers."""

from dataclasses import dataclass

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.ui.page_state import PageState


@dataclass
class ProviderVar:
    """An identity provider."""

    id: str
    name: str


class SignInState(PageState, rx.State):
    """The providers, and the error with which one sent the person back."""

    providers: list[ProviderVar] = []
    error: str = ""

    @rx.event
    async def load(self) -> None:
        """List the providers."""
        self.error = self.router.url.query_parameters.get("error", "")
        self.providers = [ProviderVar(each.id, each.name) for each in runtime().providers.values()]
        self.status = "ready"
