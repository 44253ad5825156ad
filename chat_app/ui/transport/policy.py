"""Send every open tab the switched-off features and the announcement, when they have changed."""

from chat_app.bootstrap import runtime
from chat_app.core.kernel.policy import Policy
from chat_app.core.live.ops.shared import policy_op
from chat_app.ui.transport.offers import send_models
from chat_app.ui.transport.sockets.sending import sockets


async def send_policy() -> None:
    """Send the policy and the models to the tabs of this process."""
    work = runtime().work
    op = policy_op(work.policy, work.clock())
    for sids in list(sockets.people().values()):
        for sid in sids:
            await sockets.send(sid, op)
    await send_models()


async def send_policy_since(sid: str, known: Policy) -> None:
    """Send a tab the policy, if it differs from ``known``, the policy when its snapshot was begun.

    A change in between may have been sent before the tab's socket was known, or before the snapshot.
    """
    work = runtime().work
    if work.policy != known:
        await sockets.send(sid, policy_op(work.policy, work.clock()))
