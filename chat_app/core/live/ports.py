"""The ports of the hub, which delivers ops to every process, and of the sockets that receive them."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

Op = Mapping[str, Any]
"""One change, as JSON. ``t`` is its type; :mod:`chat_app.core.live.wire` lists all types."""

Receiver = Callable[[str, Sequence[Op]], Awaitable[None]]
"""Called with a channel and the ops that arrived on it together, in order."""


class Hub(Protocol):
    """Delivers each published op to every receiver, in the order of publishing within a channel of a process.

    Ops published in quick succession on one channel may arrive together. Ops are not stored for later receivers.
    Receivers in the publishing process always get an op; those of other processes get it at most once.
    """

    async def start(self) -> None:
        """Start delivering."""

    async def stop(self) -> None:
        """Deliver pending ops, then end."""

    def subscribe(self, receiver: Receiver, missed: Callable[[], None] | None = None) -> None:
        """Have ``receiver`` called for every channel, and ``missed`` when ops of other processes may have been lost."""

    def publish(self, channel: str, op: Op) -> None:
        """Send ``op`` on ``channel``; returns at once."""

    @property
    def is_shared(self) -> bool:
        """Return whether other processes may publish too."""

    @property
    def hears(self) -> bool:
        """Return whether ops of other processes arrive now."""

    async def healthy(self) -> bool:
        """Return whether ops would arrive now."""


class LiveSockets(Protocol):
    """The sockets of this process, and their subscriptions."""

    delivered_revs: dict[str, int]
    """The newest ``rev`` that was delivered, by the ids of rooms."""

    def sessions(self) -> set[UUID]:
        """Return the sessions that have subscribed sockets."""

    def people(self) -> Mapping[UUID, Collection[str]]:
        """Return the sockets of each person who has any."""

    def watched(self) -> set[UUID]:
        """Return the rooms that are shown somewhere."""

    def subscribed(self) -> Iterable[str]:
        """Return the subscribed sockets."""

    def begin_comparing(self) -> None:
        """Begin to note whose subscriptions change, for :meth:`correct_subscriptions`."""

    async def correct_subscriptions(self, audiences: Mapping[UUID, Mapping[UUID, int]]) -> None:
        """Subscribe each socket to exactly the rooms of its person, from the first message that they see."""

    async def deliver(self, channel: str, ops: Sequence[Op]) -> None:
        """Send ops on to a channel's sockets."""

    async def send(self, sid: str, *ops: Op) -> None:
        """Send ops to one socket."""
