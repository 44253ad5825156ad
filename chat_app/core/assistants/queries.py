"""Read assistants: the actor's own, the site's, and shared ones of others."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, bindparam, column, func, or_, select, true, tuple_
from sqlmodel import col

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.tables import User
from chat_app.core.assistants.errors import AssistantNotFound
from chat_app.core.assistants.tables import Assistant
from chat_app.core.assistants.views import AssistantView, OfferedAssistantJson, Persona
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.people.blocks import apart_from

PAGE_MAX: Final = 50
OFFERED_MAX: Final = 300
_ASSISTANTS: Final = table_of(Assistant).c


async def access_assistant(ctx: Context, assistant_id: AnyId, *, lock: bool = False) -> tuple[Assistant, User | None]:
    """Return an assistant that the actor may ask, and its owner.

    Raises :class:`AssistantNotFound`. It is the actor's own, the site's, or a shared one; the site's admins see shared
    ones of everybody. ``lock`` locks and rereads its row.
    """
    wanted = parse_id(assistant_id, AssistantNotFound)
    manages = site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED)
    shared = col(Assistant.shared) if manages else shared_with(ctx.me.user_id)
    found = _with_owners().where(col(Assistant.id) == wanted, or_(col(Assistant.owner_id) == ctx.me.user_id, shared))
    if lock:
        found = found.with_for_update(of=Assistant).execution_options(populate_existing=True)
    row = (await ctx.db.execute(found)).first()
    if row is None:
        raise AssistantNotFound()
    return row[0], row[1]


async def view_assistant(ctx: Context, assistant_id: AnyId) -> AssistantView:
    """Return an assistant that the actor may ask. Raises :class:`AssistantNotFound`."""
    return _view(*await access_assistant(ctx, assistant_id))


async def list_assistants(
    ctx: Context, *, shared: bool = False, after: NamePlace | None = None, limit: int = PAGE_MAX
) -> tuple[list[AssistantView], bool]:
    """Return a page of the actor's assistants by name, or of ``shared`` ones: the site's and other people's.

    Also returns whether there are more.
    """
    limit = max(1, min(limit, PAGE_MAX))
    order = tuple_(col(Assistant.name), col(Assistant.handle))
    mine = col(Assistant.owner_id) == ctx.me.user_id
    others = and_(shared_with(ctx.me.user_id), col(Assistant.owner_id).is_distinct_from(ctx.me.user_id))
    statement = _with_owners().where(others if shared else mine).order_by(*order).limit(limit + 1)
    if after:
        statement = statement.where(order > after)
    views = [_view(assistant, owner) for assistant, owner in await ctx.db.execute(statement)]
    return views[:limit], len(views) > limit


async def offered_assistants(ctx: Context) -> list[OfferedAssistantJson]:
    """Return the assistants that the actor may ask, their own first, the site's next."""
    me = ctx.me.user_id
    mine = func.coalesce(col(Assistant.owner_id) == me, False)
    asked = _with_owners().where(or_(mine, shared_with(me)))
    order = (mine.desc(), col(Assistant.owner_id).is_not(None), col(Assistant.name), col(Assistant.handle))
    rows = await ctx.db.execute(asked.order_by(*order).limit(OFFERED_MAX))
    return [
        {
            "id": str(each.id),
            "handle": each.handle,
            "name": each.name,
            "description": each.description,
            "picture": each.picture,
            "by": owner.name if owner and owner.id != me else "",
        }
        for each, owner in rows
    ]


async def assistants_called(
    ctx: Context, askers: Collection[UUID], *, handles: Collection[str] = (), ids: Collection[UUID] = ()
) -> dict[UUID, list[Assistant]]:
    """Return, by asker, the assistants of these handles or ids that they may ask, their own before shared ones."""
    asker = func.unnest(bindparam("askers", list(askers), type_=ARRAY(Uuid))).table_valued(column("id", Uuid))
    asker = asker.render_derived(name="asker")
    named = or_(_ASSISTANTS.handle.in_(handles), _ASSISTANTS.id.in_(ids))
    mine = _ASSISTANTS.owner_id == asker.c.id
    statement = (
        select(asker.c.id, Assistant)
        .join_from(asker, Assistant, true())
        .join(User, col(User.id) == col(Assistant.owner_id), isouter=True)
        .where(named, or_(mine, shared_with(asker.c.id)))
        .order_by(func.coalesce(mine, False).desc())
    )
    found: dict[UUID, list[Assistant]] = {}
    for asker_id, assistant in await ctx.db.execute(statement):
        found.setdefault(asker_id, []).append(assistant)
    return found


async def askable(ctx: Context, assistant_id: UUID | None, asker: UUID) -> Assistant | None:
    """Return an assistant if this person may ask it."""
    if assistant_id is None:
        return None
    found = (await assistants_called(ctx, {asker}, ids={assistant_id})).get(asker)
    return found[0] if found else None


async def personas(ctx: Context, asked: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Persona]:
    """Return the personas of assistants, by the assistant and who asks it; without those they may not ask."""
    if not asked:
        return {}
    found = await assistants_called(ctx, {who for _, who in asked}, ids={which for which, _ in asked})
    return {(each.id, who): persona_of(each) for who, assistants in found.items() for each in assistants}


def persona_of(assistant: Assistant) -> Persona:
    """Return the persona of an assistant."""
    return Persona(assistant.id, assistant.name, assistant.instructions, tuple(assistant.tools))


async def own_assistants(ctx: Context) -> list[Assistant]:
    """Return all assistants of the actor, by name."""
    mine = select(Assistant).where(col(Assistant.owner_id) == ctx.me.user_id).order_by(col(Assistant.name))
    return list(await ctx.db.scalars(mine))


def shared_with(one: Any) -> ColumnElement[bool]:
    """Return the condition that a person may ask an assistant as everybody may.

    A block hides shared assistants from both people. The statement must join the owner.
    """
    is_here = col(User.suspended_at).is_(None) & col(User.deleted_at).is_(None)
    apart = col(User.id).in_(apart_from(one))
    return and_(col(Assistant.shared), or_(col(Assistant.owner_id).is_(None), and_(is_here, ~apart)))


def _with_owners() -> Select[Any, Any]:
    return select(Assistant, User).join(User, col(User.id) == col(Assistant.owner_id), isouter=True)


def _view(assistant: Assistant, owner: User | None) -> AssistantView:
    return AssistantView(assistant, owner.person() if owner else None)
