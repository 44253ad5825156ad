"""Make, change and delete assistants."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from limits import RateLimitItemPerMinute
from sqlalchemy import func, or_, select
from sqlmodel import col

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.tables import User
from chat_app.core.assistants.errors import AssistantsFull, HandleTaken
from chat_app.core.assistants.queries import access_assistant
from chat_app.core.assistants.rules import check_description, check_handle, check_name, check_tools, keeps
from chat_app.core.assistants.tables import Assistant
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId
from chat_app.core.pictures.rows import release_pictures
from chat_app.core.rooms.rules import check_instructions
from chat_app.core.rooms.tables import Room

CHANGES: Final = RateLimitItemPerMinute(60, namespace="assistants")
ASSISTANTS_MAX: Final = 50
"""Assistants of a person, and of the site."""

CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "handle": check_handle,
    "name": check_name,
    "description": check_description,
    "instructions": check_instructions,
    "tools": check_tools,
    "model": lambda model: model or None,
    "shared": bool,
}
"""The fields of an assistant, and the check of each."""


async def create_assistant(
    ctx: Context,
    handle: str,
    name: str,
    *,
    taken: Collection[str] = (),
    site: bool = False,
    **fields: Any,
) -> Assistant:
    """Create an assistant of the actor or, as an admin, of the ``site``.

    The caller has checked its model. ``taken`` are the handles of the models. Raises :class:`HandleTaken`,
    :class:`AssistantsFull`, ``NotAllowed``, or the errors of the rules.
    """
    if not site:
        require_feature(ctx, Feature.ASSISTANTS)
    if site and not site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED):
        raise NotAllowed()
    values = _checked({"handle": handle, "name": name, **fields})
    owner = None if site else ctx.me.user_id
    assistant = Assistant(owner_id=owner, created_at=ctx.now, updated_at=ctx.now, **values)
    assistant.shared = assistant.shared or site
    await _lock(ctx, site=site)
    await _check_free_here(ctx, assistant)
    await _check_unused(ctx, assistant.handle, taken)
    own = col(Assistant.owner_id).is_(None) if site else col(Assistant.owner_id) == owner
    if (await ctx.db.scalar(select(func.count()).where(own)) or 0) >= ASSISTANTS_MAX:
        raise AssistantsFull(maximum=ASSISTANTS_MAX)
    ctx.db.add(assistant)
    await ctx.db.flush()
    if site:
        record(ctx, Action.ADD_ASSISTANT, name=assistant.name)
    return assistant


async def update_assistant(
    ctx: Context, assistant_id: AnyId, *, taken: Collection[str] = (), **fields: Any
) -> Assistant:
    """Change the given fields of an assistant that the actor manages: their own or, as an admin, the site's.

    Raises as :func:`create_assistant`, ``AssistantNotFound``, or ``NotAllowed`` for another person's shared assistant.
    """
    values = _checked(fields)
    await _lock(ctx)
    assistant = await access_kept(ctx, assistant_id, lock=True)
    renamed = values.get("handle", assistant.handle) != assistant.handle
    with ctx.db.no_autoflush:
        for field, value in values.items():
            setattr(assistant, field, value)
        assistant.shared = assistant.shared or assistant.owner_id is None
        await _check_free_here(ctx, assistant)
        if renamed:
            await _check_unused(ctx, assistant.handle, taken)
    assistant.updated_at = ctx.now
    if assistant.owner_id is None:
        record(ctx, Action.CHANGE_ASSISTANT, name=assistant.name, changed=sorted(values))
    await ctx.db.flush()
    return assistant


async def delete_assistant(ctx: Context, assistant_id: AnyId) -> None:
    """Delete an assistant that the actor manages or, as an admin, another person's shared one, which is logged.

    Its answers keep its name. Raises ``AssistantNotFound``, or ``NotAllowed``.
    """
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    assistant, _ = await access_assistant(ctx, assistant_id)
    if assistant.owner_id != ctx.me.user_id:
        if not site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED):
            raise NotAllowed()
        action = Action.DELETE_ASSISTANT if assistant.owner_id else Action.REMOVE_ASSISTANT
        record(ctx, action, user_id=assistant.owner_id, name=assistant.name)
    # Rooms that use it lose it. They are locked first, in the same order as by a question to it.
    await ctx.db.execute(
        select(col(Room.id)).where(col(Room.ai_assistant_id) == assistant.id).order_by(col(Room.id)).with_for_update()
    )
    assistant, _ = await access_assistant(ctx, assistant_id, lock=True)
    await release_pictures(ctx, assistant_id=assistant.id)
    await ctx.db.delete(assistant)


async def access_kept(ctx: Context, assistant_id: AnyId, *, lock: bool = False) -> Assistant:
    """Return an assistant that the actor manages: their own, or the site's for an admin.

    ``lock`` locks its row. Raises ``AssistantNotFound``, or ``NotAllowed`` for another person's shared assistant.
    """
    assistant, _ = await access_assistant(ctx, assistant_id, lock=lock)
    if not keeps(ctx.me, assistant.owner_id):
        raise NotAllowed()
    return assistant


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    return {field: CHECKS[field](value) for field, value in fields.items() if value is not None}


async def _lock(ctx: Context, *, site: bool = False) -> None:
    """Limit the actor's changes, and have others wait: handles and numbers are checked in turn."""
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    await ctx.lock_key("assistants" if site else f"assistants {ctx.me.user_id}")


async def _check_free_here(ctx: Context, assistant: Assistant) -> None:
    """Raise :class:`HandleTaken` if another assistant of the owner, or another shared one, has the handle."""
    same = col(Assistant.owner_id).is_not_distinct_from(assistant.owner_id)
    if assistant.shared:
        await ctx.lock_key(f"assistant @{assistant.handle}")
        same = or_(same, col(Assistant.shared))
    others = select(col(Assistant.id)).where(
        col(Assistant.handle) == assistant.handle, col(Assistant.id) != assistant.id, same
    )
    if await ctx.db.scalar(others.limit(1)):
        raise HandleTaken(field="handle")


async def _check_unused(ctx: Context, handle: str, taken: Collection[str]) -> None:
    """Raise :class:`HandleTaken` if a person or a model has the handle: a text that names it means them."""
    if handle in taken or await ctx.db.scalar(select(col(User.id)).where(col(User.username) == handle)):
        raise HandleTaken(field="handle")
