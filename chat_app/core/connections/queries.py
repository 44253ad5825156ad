"""Read connections and decisions about models."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from chat_app.core.access.site import SitePermission
from chat_app.core.accounts.queries import is_staff
from chat_app.core.accounts.tables import User
from chat_app.core.ai.wire import ABILITIES
from chat_app.core.connections.access import require_model_manager
from chat_app.core.connections.checks.health import count_day, nothing
from chat_app.core.connections.ports import Connector, Endpoint, ListedModel, ModelChoiceView
from chat_app.core.connections.tables import Connection, ModelChoice, ModelGroup
from chat_app.core.connections.views import ConnectionView, NamedGroup, open_endpoint, view_configured, view_connection
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.kernel.context import Context


async def list_connections(ctx: Context, connector: Connector, default_model: str = "") -> list[ConnectionView]:
    """Return the connections of the environment, then those that admins have created, oldest first; for admins.

    Each has its last 24 hours; waiting runs without a model count for the ``default_model``.
    """
    require_model_manager(ctx)
    views = [view_configured(each) for each in connector.configured()]
    views += [view_connection(ctx, each) for each in await _connections(ctx)]
    paused = connector.paused()
    days = await count_day(ctx, default_model)
    return [replace(each, paused=paused.get(each.slug), day=days.get(each.slug) or nothing()) for each in views]


async def read_endpoints(ctx: Context) -> tuple[list[Endpoint], Mapping[str, ModelChoiceView]]:
    """Return the enabled connections, with their keys, and the decisions about models: for the gateway."""
    endpoints = [open_endpoint(ctx, each) for each in await _connections(ctx) if each.enabled]
    groups: dict[str, set[UUID]] = defaultdict(set)
    people: dict[str, set[UUID]] = defaultdict(set)
    for model_id, group_id, user_id in await ctx.db.execute(_WHO):
        groups[model_id].add(group_id)
        people[model_id] |= {user_id} - {None}
    rows = await ctx.db.scalars(select(ModelChoice))
    return endpoints, {row.id: _choice(row, groups[row.id], people[row.id]) for row in rows}


def _choice(row: ModelChoice, groups: Collection[UUID], people: Collection[UUID]) -> ModelChoiceView:
    abilities = None if row.abilities is None else tuple(each for each in ABILITIES if each in row.abilities)
    decided = row.model_dump(exclude={"id", "abilities"})
    return ModelChoiceView(**decided, abilities=abilities, groups=frozenset(groups), people=frozenset(people))


_WHO = (
    select(col(ModelGroup.model_id), col(ModelGroup.group_id), col(GroupMember.user_id))
    .join(Group, col(Group.id) == col(ModelGroup.group_id))
    .join(User, (col(User.id) == col(Group.owner_id)) & is_staff(SitePermission.MANAGE_MODELS))
    .outerjoin(GroupMember, col(GroupMember.group_id) == col(Group.id))
)
"""The groups of models, each with its people. A group has no effect once its owner may not manage models any more."""


async def list_models(ctx: Context, listed: Sequence[ListedModel]) -> Sequence[ListedModel]:
    """Return the catalogue, which the caller has read from the gateway; for admins."""
    require_model_manager(ctx)
    return listed


async def groups_for_models(ctx: Context) -> list[NamedGroup]:
    """Return the groups that can be named for models: the actor's, and those that admins have named; for admins."""
    require_model_manager(ctx)
    named = col(Group.id).in_(select(col(ModelGroup.group_id)))
    groups = select(col(Group.id), col(Group.name), col(User.id), col(User.name)).join(User)
    groups = groups.where(or_(col(Group.owner_id) == ctx.me.user_id, named)).order_by(col(Group.name), col(Group.id))
    found = await ctx.db.execute(groups)
    return [NamedGroup(str(id_), name, "" if owner == ctx.me.user_id else whose) for id_, name, owner, whose in found]


async def _connections(ctx: Context) -> Sequence[Connection]:
    return (await ctx.db.scalars(select(Connection).order_by(col(Connection.id)))).all()
