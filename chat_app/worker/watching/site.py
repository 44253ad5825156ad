"""Keep the site's settings as the database has them, in every process: requests read them from the policy."""

from collections.abc import Awaitable, Callable

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Announcement, Policy
from chat_app.core.kernel.work.effects import guarded
from chat_app.core.live.ports import Hub
from chat_app.core.site.announcing import shown_at
from chat_app.core.site.events import SiteSettingsChanged
from chat_app.core.site.queries import read_settings
from chat_app.core.site.settings import changed
from chat_app.worker.watching.channels import Watch


class SiteWatch(Watch):
    """Reloads the settings when they change, and gives the unit of work its new policy."""

    channel, changes = "site", SiteSettingsChanged

    def __init__(self, work: UnitOfWork, hub: Hub) -> None:
        super().__init__(work, hub)
        self.base: Policy = work.policy
        """The policy of the environment alone."""
        self._shown: Announcement | None = None
        """The announcement at the last reading of the settings; it starts and ends by time."""
        self.listeners: list[Callable[[], Awaitable[None]]] = []
        """Called when the policy has changed."""

    async def load(self) -> None:
        """Read the settings."""
        async with self._work.begin(single=True) as ctx:
            values = await read_settings(ctx)
        self._work.policy = changed(self.base, values)
        self._shown = shown_at(self._work.policy.announcement, self._work.clock())

    async def reload(self) -> None:
        """Reload them, and call the listeners if they have changed."""
        before = self._work.policy, self._shown
        await self.load()
        if (self._work.policy, self._shown) != before:
            for listener in self.listeners:
                await guarded(listener)
