"""A message on its way into a room."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chat_app.core.ai.asking.asked import Naming
from chat_app.core.ai.drawing.orders import DrawingOrder
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.messages.texts.parsing import ParsedText
from chat_app.core.messages.views.messages import MessageView

Key = tuple[UUID, UUID | None]
"""A post's author and nonce."""


@dataclass(slots=True, eq=False)
class Post:
    """A message to be written: a text that has been checked. It may ask any of the models that are ``offered``, and
    the one, or the ``assistant``, that was chosen for it; an ``order`` asks for a picture instead. ``asks`` says
    whether the limit of questions admits it, where that is known before the room is locked; by the models that are
    ``priced`` it is known whether their answers can be paid. ``outcome`` is there once
    it has been written, or refused.
    """

    actor: Actor
    said: ParsedText
    nonce: UUID | None = None
    reply_to: UUID | None = None
    chosen: str | None = None
    offered: Sequence[ModelInfo] = ()
    assistant: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    order: DrawingOrder | None = None
    asks: bool | None = None
    priced: Sequence[ModelInfo] = ()
    outcome: MessageView | DomainError | None = None

    @property
    def key(self) -> Key:
        """Return the key that identifies a resend."""
        return self.actor.user_id, self.nonce

    @property
    def naming(self) -> Naming:
        """Return the models and assistants that it names."""
        return Naming(self.said.calls, self.chosen, self.offered, self.assistant)

    def view(self) -> MessageView:
        """Return the message; raises the error with which the post was refused."""
        if isinstance(self.outcome, DomainError):
            raise self.outcome
        assert self.outcome, "it has been written or refused"
        return self.outcome
