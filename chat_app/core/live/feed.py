"""Publish the ops of events."""

from chat_app.core.live.addressing.rooms import ops_for
from chat_app.core.live.ports import Hub


class Feed:
    """Listens to the events of committed work and publishes their ops."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def __call__(self, event: object) -> None:
        """Publish the ops of ``event``."""
        for channel, op in ops_for(event):
            self._hub.publish(channel, op)
