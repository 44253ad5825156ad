"""Ask assistants, and read which ones the answers belong to."""

from sqlalchemy import select

from chat_app.core.ai.asking.assistants import make_assistant
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.tables import AiRun
from chat_app.core.assistants.tables import Assistant
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.core.ai.test_named_models import OFFERED
from tests.support.use_cases import Do


async def asked(work: UnitOfWork, room: Room) -> list[tuple[str | None, str | None]]:
    """Return the models and the assistants that the room's answers ask, in their order."""
    runs = select(AiRun.model, Message.assistant_name).join(Message, Message.id == AiRun.message_id)
    async with work.begin() as ctx:
        found = await ctx.db.execute(runs.where(AiRun.room_id == room.id).order_by(Message.seq, AiRun.id))
        return [(model, name) for model, name in found]


async def post(do: Do, actor: Actor, room: Room, text: str, **more: object) -> MessageView:
    return await do(actor, post_message, room.id, text, offered=OFFERED, **more)


async def make_one(do: Do, actor: Actor, handle: str = "critic", **more: object) -> Assistant:
    return await do(actor, make_assistant, OFFERED, handle, more.pop("name", handle.title()), **more)


CRITIC = ("home/sol", "Critic")
