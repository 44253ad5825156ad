"""Record that another model answers than the requested one."""

from uuid import UUID

from chat_app.core.ai.runs.changing import hold
from chat_app.core.ai.tables import RunStatus
from chat_app.core.kernel.context import Context
from chat_app.core.messages.commands import announce_change


async def fall_back(ctx: Context, run_id: UUID, model: str, error: str) -> None:
    """Note that another model answers, since the run's own could not for ``error``, and publish it to the room."""
    run, room, message = await hold(ctx, run_id)
    if run.status == RunStatus.RUNNING and message.run_id == run.id:
        run.instead_of, run.instead_error = message.model, error
        message.instead_of, message.model = message.model, model
        await announce_change(ctx, room, message)
