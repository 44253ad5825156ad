"""Read prompts: the actor's own, and other people's shared ones."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlmodel import col

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.people.blocks import between
from chat_app.core.prompts.errors import PromptNotFound
from chat_app.core.prompts.rules import fill, normal_name, variables_of
from chat_app.core.prompts.tables import SavedPrompt
from chat_app.core.prompts.views import OfferedPromptJson, PromptView

PAGE_MAX: Final = 50
OFFERED_MAX: Final = 300


async def access_prompt(ctx: Context, prompt_id: AnyId) -> tuple[SavedPrompt, User]:
    """Return a prompt that the actor may use, and its owner. Raises :class:`PromptNotFound`.

    That is their own or a shared one; the site's admins see the shared ones of everybody.
    """
    wanted = parse_id(prompt_id, PromptNotFound)
    shared = col(SavedPrompt.shared) if site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED) else _offered(ctx)
    found = _with_owners().where(
        col(SavedPrompt.id) == wanted, or_(col(SavedPrompt.owner_id) == ctx.me.user_id, shared)
    )
    row = (await ctx.db.execute(found)).first()
    if row is None:
        raise PromptNotFound()
    return row[0], row[1]


async def view_prompt(ctx: Context, prompt_id: AnyId) -> PromptView:
    """Return a prompt that the actor may use. Raises :class:`PromptNotFound`."""
    return _view(*await access_prompt(ctx, prompt_id))


async def list_prompts(
    ctx: Context, *, shared: bool = False, after: NamePlace | None = None, limit: int = PAGE_MAX
) -> tuple[list[PromptView], bool]:
    """Return a page of the actor's prompts by name, or of other people's ``shared`` ones; and if there are more."""
    limit = max(1, min(limit, PAGE_MAX))
    order = tuple_(col(SavedPrompt.name), col(User.username))
    listed = _offered(ctx) if shared else col(SavedPrompt.owner_id) == ctx.me.user_id
    statement = _with_owners().where(listed).order_by(*order).limit(limit + 1)
    if after:
        statement = statement.where(order > after)
    views = [_view(prompt, owner) for prompt, owner in await ctx.db.execute(statement)]
    return views[:limit], len(views) > limit


async def offered_prompts(ctx: Context, typed: str = "") -> tuple[list[OfferedPromptJson], bool]:
    """Return the prompts whose names contain the typed text, the actor's own first; and whether there are more."""
    mine = col(SavedPrompt.owner_id) == ctx.me.user_id
    named = col(SavedPrompt.name).contains(normal_name(typed), autoescape=True)
    columns = select(
        col(SavedPrompt.id), col(SavedPrompt.name), col(SavedPrompt.description), col(User.name), mine
    ).join(User, col(User.id) == col(SavedPrompt.owner_id))
    statement = columns.where(named, mine | _offered(ctx)).order_by(
        mine.desc(), col(SavedPrompt.name), col(User.username)
    )
    rows = (await ctx.db.execute(statement.limit(OFFERED_MAX + 1))).all()
    offered: list[OfferedPromptJson] = [
        {"id": str(id_), "name": name, "description": description, "by": "" if is_mine else by}
        for id_, name, description, by, is_mine in rows[:OFFERED_MAX]
    ]
    return offered, len(rows) > OFFERED_MAX


async def fill_prompt(ctx: Context, prompt_id: AnyId, values: Mapping[str, str]) -> tuple[SavedPrompt, str]:
    """Return a prompt, and its text with these values. Raises ``PromptNotFound`` or ``PromptValuesTooLong``."""
    prompt, _ = await access_prompt(ctx, prompt_id)
    return prompt, fill(prompt.text, values)


async def own_prompts(ctx: Context) -> list[SavedPrompt]:
    """Return all prompts of the actor, by name."""
    mine = select(SavedPrompt).where(col(SavedPrompt.owner_id) == ctx.me.user_id).order_by(col(SavedPrompt.name))
    return list(await ctx.db.scalars(mine))


def _offered(ctx: Context) -> ColumnElement[bool]:
    """Return the condition that another person shares the prompt with the actor: a block hides it from both."""
    others = col(SavedPrompt.owner_id) != ctx.me.user_id
    is_here = col(User.suspended_at).is_(None) & col(User.deleted_at).is_(None)
    return and_(col(SavedPrompt.shared), others, is_here, ~between(ctx.me.user_id))


def _with_owners() -> Select[SavedPrompt, User]:
    return select(SavedPrompt, User).join(User, col(User.id) == col(SavedPrompt.owner_id))


def _view(prompt: SavedPrompt, owner: User) -> PromptView:
    return PromptView(
        id=prompt.id,
        name=prompt.name,
        description=prompt.description,
        text=prompt.text,
        variables=tuple(variables_of(prompt.text)),
        shared=prompt.shared,
        author=owner.person(),
        created_at=prompt.created_at,
        updated_at=prompt.updated_at,
    )
