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
    """A message to be written, with a checked text.

    It can ask any of the ``offered`` models, and the model or ``assistant`` that was chosen for it. An ``order``
    requests a picture in place of an answer. ``asks`` says whether the limit of questions admits the message, if that
    is known before the room is locked. ``priced`` are the models with known prices, by which it is checked that the
    answers can be paid. ``outcome`` is set once the message has been written or refused.
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
