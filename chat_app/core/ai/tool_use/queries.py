"""Read a tool call in full, with its arguments and its result."""

from dataclasses import dataclass

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.queries import people
from chat_app.core.ai.tool_use.access import access_call
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.wire import timestamp
from chat_app.core.messages.answer_tables import MessageCall
from chat_app.core.messages.wire.messages import ToolCallWholeJson


@dataclass(frozen=True, slots=True)
class CallView:
    """A call, and who decided it."""

    call: MessageCall
    by: Person | None

    def as_json(self) -> ToolCallWholeJson:
        """Return the shape in which REST and the live feed give it."""
        call = self.call
        return {
            "id": str(call.id),
            "message_id": str(call.message_id),
            "tool": call.tool,
            "name": call.name,
            "label": call.label,
            "source": call.source,
            "status": call.status,
            "arguments": call.arguments,
            "error": call.error,
            "result": call.result,
            "by": self.by.as_json() if self.by else None,
            "created_at": timestamp(call.created_at),
            "decided_at": timestamp(call.decided_at) if call.decided_at else None,
            "finished_at": timestamp(call.finished_at) if call.finished_at else None,
        }


async def view_tool_call(ctx: Context, call_id: AnyId) -> CallView:
    """Return a tool call in a room of the actor. Raises :class:`ToolCallNotFound`."""
    call = (await access_call(ctx, call_id, Permission.VIEW)).call
    decider = call.decided_by_id
    return CallView(call, (await people(ctx, [decider])).get(decider) if decider else None)
