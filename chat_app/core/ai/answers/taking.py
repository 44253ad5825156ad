"""Take queued answers: claim their runs, and begin them as far as can be without waiting."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from chat_app.core.ai.answers.beginning import begin_runs
from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.kernel.context import Context, UnitOfWork

TAKEN_TOGETHER: Final = 25
"""Answers that one transaction takes: their rooms are locked until it ends."""

Note = Callable[[Mapping[UUID, datetime], Mapping[UUID, ClaimedRun | None]], None]
"""A callback that gets the claimed runs with their heartbeats, and those that have begun."""


async def take_runs(
    work: UnitOfWork,
    limit: int,
    models: tuple[str, Sequence[ModelInfo]],
    limits: Mapping[str, int],
    note: Note,
) -> bool:
    """Take the oldest queued runs in one transaction; return whether there may be more.

    ``models`` are the site's default and the models with known prices. ``note`` is called once the transaction has
    committed, even if an error follows: no other process takes the claimed runs.
    """
    model, offered = models
    limit = min(limit, TAKEN_TOGETHER)
    claimed: dict[UUID, datetime] = {}
    begun: dict[UUID, ClaimedRun | None] = {}
    ctx: Context | None = None
    try:
        async with work.begin() as ctx:
            claimed = await claim_runs(ctx, limit, model, limits)
            begun = await begin_runs(ctx, claimed, model, offered) if claimed else begun
    finally:  # its events may not have been published to the end
        if ctx and ctx.committed:
            note(claimed, begun)
    return len(claimed) == limit
