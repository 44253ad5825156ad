"""Pictures of assistants."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.assistants.commands import access_kept
from chat_app.core.assistants.errors import AssistantNotFound
from chat_app.core.assistants.queries import shared_with
from chat_app.core.assistants.tables import Assistant
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.messages.tables import Message
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.pictures.queries import FoundPicture
from chat_app.core.pictures.rows import next_version, release_pictures, take_picture
from chat_app.core.pictures.tables import Picture
from chat_app.core.rooms.tables import Member


async def set_assistant_picture(pictures: Pictures, actor: Actor, assistant_id: AnyId, image: bytes) -> Assistant:
    """Set the picture of an assistant that the actor keeps to ``image``. Raises as :meth:`Pictures.keep`."""
    async with pictures.work.begin(actor) as ctx:
        await access_kept(ctx, assistant_id)
    kept = await pictures.keep(actor, image, "picture")
    async with pictures.work.begin(actor) as ctx:
        assistant = await access_kept(ctx, assistant_id, lock=True)
        await take_picture(ctx, kept, assistant_id=assistant.id)
        assistant.picture, assistant.updated_at = next_version(ctx, assistant.picture), ctx.now
        _record(ctx, assistant)
    return assistant


async def remove_assistant_picture(ctx: Context, assistant_id: AnyId) -> Assistant:
    """Remove the picture of an assistant that the actor keeps."""
    assistant = await access_kept(ctx, assistant_id, lock=True)
    await release_pictures(ctx, assistant_id=assistant.id)
    assistant.picture, assistant.updated_at = None, ctx.now
    _record(ctx, assistant)
    await ctx.db.flush()
    return assistant


def _record(ctx: Context, assistant: Assistant) -> None:
    if assistant.owner_id is None:
        record(ctx, Action.CHANGE_ASSISTANT, name=assistant.name, changed=["picture"])


async def find_assistant_picture(ctx: Context, assistant_id: AnyId) -> FoundPicture:
    """Return the picture of an assistant that the actor may ask, or that has answered in a room of theirs.

    Raises :class:`AssistantNotFound`, also if it has no picture.
    """
    wanted, me = parse_id(assistant_id, AssistantNotFound), ctx.me.user_id
    answered = select(col(Message.id)).join(Member, col(Member.room_id) == col(Message.room_id))
    theirs = (col(Message.assistant_id) == wanted, col(Member.user_id) == me)
    answered = answered.where(*theirs, col(Message.seq) > col(Member.sees_after))
    sees = or_(col(Assistant.owner_id) == me, shared_with(me), answered.exists())
    pictures = select(col(Picture.id), col(Picture.image))
    pictures = pictures.join(Assistant, col(Assistant.id) == col(Picture.assistant_id))
    pictures = pictures.join(User, col(User.id) == col(Assistant.owner_id), isouter=True)
    shown = pictures.where(col(Assistant.id) == wanted, col(Assistant.picture).is_not(None), sees)
    row = (await ctx.db.execute(shown)).one_or_none()
    if row is None:
        raise AssistantNotFound()
    return FoundPicture(*row)


async def find_own_pictures(ctx: Context) -> dict[UUID, FoundPicture]:
    """Return the pictures of the actor's assistants, by assistant."""
    pictures = select(col(Assistant.id), col(Picture.id), col(Picture.image))
    pictures = pictures.join(Picture, col(Picture.assistant_id) == col(Assistant.id))
    mine = (col(Assistant.owner_id) == ctx.me.user_id, col(Assistant.picture).is_not(None))
    return {row[0]: FoundPicture(*row[1:]) for row in await ctx.db.execute(pictures.where(*mine))}
