"""Decide the offered models, their order, and their properties."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.ai.wire import ABILITIES
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.connections import rules
from chat_app.core.connections.access import require_model_manager
from chat_app.core.connections.commands import CHANGES
from chat_app.core.connections.errors import ConnectionInvalid, ModelNotListed
from chat_app.core.connections.events import ConnectionsChanged
from chat_app.core.connections.ports import ListedModel
from chat_app.core.connections.queries import groups_for_models
from chat_app.core.connections.tables import ModelChoice, ModelGroup
from chat_app.core.groups.errors import GroupNotFound
from chat_app.core.groups.tables import Group
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.kernel.texts.cleaning import clean_name

_NUMBERS: Final = {
    "context_window": (1_000, rules.TOKENS_MAX),
    "max_output": (1, rules.TOKENS_MAX),
    "price_in": (0, rules.PRICE_MAX),
    "price_cached": (0, rules.PRICE_MAX),
    "price_out": (0, rules.PRICE_MAX),
}
"""The least and greatest values, by column."""


async def change_model(ctx: Context, listed: Sequence[ListedModel], model_id: str, changes: Mapping[str, Any]) -> None:
    """Change the admins' decisions about a model: ``offered``, ``admins_only``, ``label``, sizes and prices.

    A model with ``decides`` replaces any other, and is asked whether the AI of a room joins in. An empty ``label`` or
    number resets to the provider's value. ``groups`` are the ids of groups whose people may choose a model for admins
    only. ``abilities`` is what the model can do, None for the provider's value. ``listed`` is the catalogue.
    """
    await _begin_change(ctx, listed, model_id)
    values = {key: _checked(key, value) for key, value in changes.items() if key != "groups"}
    if values.get("decides"):
        await ctx.db.execute(update(ModelChoice).where(col(ModelChoice.decides)).values(decides=False))
    if values:
        row = insert(ModelChoice).values(id=model_id, **values)
        await ctx.db.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
    if changes.get("groups") is not None:
        await _name_groups(ctx, model_id, changes["groups"])
    record(ctx, Action.CHANGE_MODEL, model=model_id, changed=sorted(changes))
    ctx.emit(ConnectionsChanged())


async def _name_groups(ctx: Context, model_id: str, groups: Sequence[str]) -> None:
    known = {each.id for each in await groups_for_models(ctx)}
    ids = {parse_id(each, GroupNotFound) for each in groups if each in known}
    there = select(col(Group.id)).where(col(Group.id).in_(ids)).with_for_update(read=True, key_share=True)
    if len(set((await ctx.db.scalars(there)).all())) < len(set(groups)):
        raise GroupNotFound(field="groups")
    await ctx.db.execute(insert(ModelChoice).values(id=model_id).on_conflict_do_nothing())
    await ctx.db.execute(delete(ModelGroup).where(col(ModelGroup.model_id) == model_id))
    if groups:
        rows = [{"model_id": model_id, "group_id": each} for each in ids]
        await ctx.db.execute(insert(ModelGroup).values(rows))


async def choose_transcriber(ctx: Context, slugs: Collection[str], model_id: str) -> None:
    """Set the model that transcribes recordings, in place of another; for an empty id, none.

    It is `connection/name`, of one of the connections ``slugs``, which need not list it: many list no such models.
    """
    chosen = await _named(ctx, slugs, model_id, "transcriber")
    await ctx.db.execute(update(ModelChoice).where(col(ModelChoice.transcribes)).values(transcribes=False))
    if chosen:
        row = insert(ModelChoice).values(id=chosen, transcribes=True)
        await ctx.db.execute(row.on_conflict_do_update(index_elements=["id"], set_={"transcribes": True}))
    record(ctx, Action.CHANGE_MODEL, model=chosen, changed=["transcribes"])
    ctx.emit(ConnectionsChanged())


async def choose_speaker(ctx: Context, slugs: Collection[str], model_id: str, voice: str) -> None:
    """Set the model and voice that read answers aloud, in place of others; for an empty id, none. As above."""
    voice = voice.strip()
    chosen = await _named(ctx, slugs, model_id, "speaker")
    if chosen and (not voice or len(voice) > rules.NAME_MAX or not voice.isprintable()):
        raise ConnectionInvalid("voice_invalid", field="voice")
    await ctx.db.execute(update(ModelChoice).where(col(ModelChoice.speaks)).values(speaks=False, voice=""))
    if chosen:
        values = {"speaks": True, "voice": voice}
        row = insert(ModelChoice).values(id=chosen, **values)
        await ctx.db.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
    record(ctx, Action.CHANGE_MODEL, model=chosen, changed=["speaks"])
    ctx.emit(ConnectionsChanged())


async def _named(ctx: Context, slugs: Collection[str], model_id: str, field: str) -> str:
    """Return a model that an admin names, which its connection need not list; empty for none. Locks the choices."""
    require_model_manager(ctx)
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    slug, _, name = model_id.strip().partition("/")
    if model_id.strip() and (slug not in slugs or not name or len(name) > rules.NAME_MAX or not name.isprintable()):
        raise ConnectionInvalid("transcriber_invalid", field=field)
    await ctx.lock_key("models")
    return f"{slug}/{name}" if name else ""


async def move_model(ctx: Context, listed: Sequence[ListedModel], model_id: str, position: int) -> None:
    """Move a model to a position of the list of offered models, from 0; the first one is the site's default."""
    await _begin_change(ctx, listed, model_id)
    others = [model.info.id for model in listed if model.offered and model.info.id != model_id]
    position = max(0, position)
    placed = enumerate([*others[:position], model_id, *others[position:]])
    rows = insert(ModelChoice).values([{"id": each, "position": place} for place, each in placed])
    moved = rows.on_conflict_do_update(index_elements=["id"], set_={"position": rows.excluded.position})
    await ctx.db.execute(moved)
    record(ctx, Action.CHANGE_MODEL, model=model_id, changed=["position"])
    ctx.emit(ConnectionsChanged())


async def _begin_change(ctx: Context, listed: Sequence[ListedModel], model_id: str) -> None:
    """Check the change, and wait for other admins' changes, which write the same rows in other orders."""
    require_model_manager(ctx)
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    if all(model.info.id != model_id for model in listed):
        raise ModelNotListed()
    await ctx.lock_key("models")


def _checked(key: str, value: Any) -> Any:
    if key in _NUMBERS:
        return rules.check_number(value, key, *_NUMBERS[key])
    if key == "abilities":
        return None if value is None else [each for each in ABILITIES if each in value]
    if key == "label":
        return clean_name(str(value or ""))[: rules.NAME_MAX] or None
    return None if value is None and key == "offered" else bool(value)
