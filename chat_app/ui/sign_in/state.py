"""The state of the pages ``/sign-in`` and ``/sign-up``: the identity providers."""

from dataclasses import dataclass

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.site.announcing import announcement_id, shown_at
from chat_app.ui.live.shapes import AnnouncementVar
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
    rule: str = "open"
    """The choice of who may sign up."""
    domains: str = ""
    approval: bool = False
    text: str = ""
    """The site's text for this page."""
    announced: AnnouncementVar = AnnouncementVar("", "", "", "info", False)

    @rx.event
    async def load(self) -> None:
        """List the providers."""
        self.error = self.router.url.query_parameters.get("error", "")
        self.providers = [ProviderVar(each.id, each.name) for each in runtime().providers.values()]
        self._show_policy()
        self.status = "ready"

    def _show_policy(self) -> None:
        work = runtime().work
        policy = work.policy
        self.rule, self.approval, self.text = policy.sign_up, policy.sign_up_approval, policy.brand.text
        self.domains = ", ".join(f"@{each}" for each in policy.sign_up_domains)
        shown = shown_at(policy.announcement, work.clock()) if policy.announcement.outside else None
        if shown:
            self.announced = AnnouncementVar(announcement_id(shown), shown.en, shown.ja, shown.level, False)
        else:
            self.announced = AnnouncementVar("", "", "", "info", False)
