"""Save, change and delete prompts."""

from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.tables import User
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId
from chat_app.core.prompts.errors import PromptNameTaken, PromptsFull
from chat_app.core.prompts.queries import access_prompt
from chat_app.core.prompts.rules import check_description, check_name, check_text
from chat_app.core.prompts.tables import SavedPrompt

CHANGES: Final = RateLimitItemPerMinute(60, namespace="prompts")
PROMPTS_MAX: Final = 200


async def create_prompt(
    ctx: Context, name: str, text: str, description: str = "", *, shared: bool = False
) -> SavedPrompt:
    """Save a prompt of the actor.

    Raises :class:`PromptNameTaken`, :class:`PromptsFull`, or what :mod:`chat_app.core.prompts.rules` finds wrong.
    """
    name, description, text = check_name(name), check_description(description), check_text(text)
    await _lock_prompts(ctx)
    await _check_free(ctx, name)
    mine = await ctx.db.scalar(select(func.count()).where(col(SavedPrompt.owner_id) == ctx.me.user_id)) or 0
    if mine >= PROMPTS_MAX:
        raise PromptsFull(maximum=PROMPTS_MAX)
    prompt = SavedPrompt(owner_id=ctx.me.user_id, name=name, description=description, text=text, shared=shared)
    prompt.created_at = prompt.updated_at = ctx.now
    ctx.db.add(prompt)
    await ctx.db.flush()
    return prompt


async def update_prompt(
    ctx: Context,
    prompt_id: AnyId,
    *,
    name: str | None = None,
    text: str | None = None,
    description: str | None = None,
    shared: bool | None = None,
) -> SavedPrompt:
    """Change the given fields of one of the actor's prompts.

    Raises as :func:`create_prompt`, or ``PromptNotFound``; for another person's shared prompt ``NotAllowed``.
    """
    await _lock_prompts(ctx)
    prompt, _ = await access_prompt(ctx, prompt_id)
    if prompt.owner_id != ctx.me.user_id:
        raise NotAllowed()
    if name is not None:
        prompt.name = check_name(name)
        await _check_free(ctx, prompt.name, besides=prompt.id)
    if description is not None:
        prompt.description = check_description(description)
    if text is not None:
        prompt.text = check_text(text)
    if shared is not None:
        prompt.shared = shared
    prompt.updated_at = ctx.now
    await ctx.db.flush()
    return prompt


async def delete_prompt(ctx: Context, prompt_id: AnyId) -> None:
    """Delete one of the actor's prompts or, as an admin of the site, another person's shared one, which is logged.

    Raises ``PromptNotFound``, or ``NotAllowed`` for another person's shared prompt.
    """
    prompt, _ = await access_prompt(ctx, prompt_id)
    if prompt.owner_id != ctx.me.user_id:
        if not site_can(ctx.me.site_roles, SitePermission.MANAGE_SHARED):
            raise NotAllowed()
        record(ctx, Action.DELETE_PROMPT, user_id=prompt.owner_id)
    await ctx.db.delete(prompt)


async def _lock_prompts(ctx: Context) -> None:
    """Limit the actor's changes, and have their other tabs wait: names and numbers are checked in turn."""
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    await ctx.db.get(User, ctx.me.user_id, with_for_update={"key_share": True})


async def _check_free(ctx: Context, name: str, besides: UUID | None = None) -> None:
    of_the_name = select(col(SavedPrompt.id)).where(
        col(SavedPrompt.owner_id) == ctx.me.user_id, col(SavedPrompt.name) == name
    )
    with ctx.db.no_autoflush:
        taken = await ctx.db.scalar(of_the_name)
    if taken not in (None, besides):
        raise PromptNameTaken(field="name")
