"""The state of the page ``/admin/usage``. Every argument is hostile until a use case has checked it."""

import reflex as rx

from chat_app.core.billing.usage.of_site import site_usage
from chat_app.core.kernel.context import Context
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering
from chat_app.ui.usage.shapes import GROUPINGS, PERIODS, BarsVar, bars_var
from chat_app.ui.usage.state import model_labels, one_of


class SiteUsageState(PageState, rx.State):
    """The use of models on the whole site."""

    bars: BarsVar = BarsVar()
    off: bool = False
    """Whether the site does not count."""

    @rx.event
    async def load(self) -> None:
        """Load the usage."""
        labels = await model_labels()
        async with loading(self) as ctx:
            self.off = ctx.policy.billing == "off"
            self.bars = await _read(ctx, self.bars.by, self.bars.days, labels)

    @rx.event
    async def group(self, by: str) -> None:
        """Add usage up by another thing."""
        labels = await model_labels()
        async with answering(self, "usage") as ctx:
            self.bars = await _read(ctx, by, self.bars.days, labels)

    @rx.event
    async def look_back(self, days: str) -> None:
        """Show the usage of so many days."""
        labels = await model_labels()
        async with answering(self, "usage") as ctx:
            self.bars = await _read(ctx, self.bars.by, days, labels)


async def _read(ctx: Context, by: str, days: str, labels: dict[str, str]) -> BarsVar:
    page = await site_usage(ctx, one_of(by, GROUPINGS), int(one_of(days, PERIODS)))
    return bars_var(page, ctx.now.date(), labels)
