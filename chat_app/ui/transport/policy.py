"""Send every open tab what the site has switched off, and what it announces, when that has changed."""

from chat_app.bootstrap import runtime
from chat_app.core.live.ops.shared import policy_op
from chat_app.ui.transport.offers import send_models
from chat_app.ui.transport.sockets.sending import sockets


async def send_policy() -> None:
    """Send the policy to the tabs of this process, and what it gives with the models."""
    work = runtime().work
    op = policy_op(work.policy, work.clock())
    for sids in list(sockets.people().values()):
        for sid in sids:
            await sockets.send(sid, op)
    await send_models()
