"""Send files to an AI: a storage with pictures, and a person who sends them."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.context.shapes.files import PromptFile
from chat_app.core.ai.ports.gateway import LlmImage, ModelInfo
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai
from tests.vendor.server import ScriptedVendor

BLIND = ModelInfo("vllm/blind", "Blind", "V", context_window=32_000, max_output=1_000)


BYTES = b"\x89PNG and more"


@dataclass
class Album:
    """An image source that has every picture but the lost ones, and counts the requests."""

    lost: set[UUID] = field(default_factory=set)
    size: int = len(BYTES)
    asked: list[UUID] = field(default_factory=list)

    async def load(self, file: PromptFile) -> LlmImage | None:
        self.asked.append(file.id)
        if file.id in self.lost:
            return None
        return LlmImage("image/png", BYTES + file.name.encode() + bytes(self.size - len(BYTES)), file.tokens)


@dataclass
class Sender:
    """Sends messages with files, as the edges do."""

    work: UnitOfWork
    ai: Ai

    async def send(self, actor: Actor, room: Room, text: str, *files: Attachment) -> MessageView:
        posting = Posting(self.work, gateway=None)
        ids = [str(file.id) for file in files]
        return await posting.post(actor, room.id, text, nonce=uuid4(), attachments=ids)

    async def ask(self, actor: Actor, room: Room, text: str, *files: Attachment) -> MessageView:
        """Return the answer to a message, once it is there."""
        before = len(self.ai.events)
        question = await self.send(actor, room, text, *files)
        told = [event.message for event in self.ai.events[before:] if isinstance(event, MessageChanged)]
        answer = next(each for each in told if (each.room_id, each.seq) == (room.id, question.seq + 1))
        return await self.ai.ended(answer)


def last(vendor: ScriptedVendor) -> str:
    """Return the last turn that the vendor was told."""
    return vendor.requests[-1].turns[-1][1]
