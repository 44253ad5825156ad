"""Things of the site on which its staff act: made through the tables."""

from uuid import UUID, uuid4

from chat_app.core.access.permissions import Role
from chat_app.core.connections.tables import ModelChoice, ModelGroup
from chat_app.core.files.tables import Attachment
from chat_app.core.groups.tables import Group
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.tables import Member, Room


async def left_room(ctx: Context, heir: UUID) -> UUID:
    """Add a room without an owner, with one member."""
    ctx.db.add(room := Room(name="Left", rev=1, created_at=ctx.now, last_activity_at=ctx.now))
    await ctx.db.flush()
    ctx.db.add(Member(room_id=room.id, user_id=heir, role=Role.MEMBER, joined_at=ctx.now))
    return room.id


async def group_for_model(ctx: Context, owner: UUID) -> UUID:
    """Add a group that is named for a model."""
    model = ModelChoice(id=f"test/{uuid4()}")
    ctx.db.add_all([model, group := Group(owner_id=owner, name="Testers", created_at=ctx.now)])
    await ctx.db.flush()
    ctx.db.add(ModelGroup(model_id=model.id, group_id=group.id))
    return group.id


async def refused_file(ctx: Context, room_id: UUID) -> UUID:
    """Add a file that was refused."""
    file = Attachment(room_id=room_id, name="it", declared_type="text/plain", size=1, status="refused")
    file.created_at, file.problem = ctx.now, "file_infected"
    ctx.db.add(file)
    await ctx.db.flush()
    return file.id
