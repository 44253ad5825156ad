"""Send every open tab the models that its person may choose, when they have changed."""

from collections.abc import Sequence

from chat_app.bootstrap import runtime
from chat_app.core.access.features import Feature, is_off
from chat_app.core.access.site import SitePermission
from chat_app.core.accounts.queries import staff_ids
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.live.ops.models import models_op
from chat_app.ui.transport.sockets.sending import sockets


def given() -> dict[str, bool]:
    """Return the data of the site's models and policy for everybody."""
    gateway, policy = runtime().gateway, runtime().work.policy
    voice = not is_off(policy, Feature.VOICE)
    return {
        "dictates": voice and gateway.transcriber() is not None,
        "speaks": voice and gateway.speaker() is not None,
        "counts": policy.billing != "off",
        "billed": policy.billing == "on",
        "support_joins": policy.support_joins,
    }


async def drawers_offered() -> Sequence[ModelInfo]:
    """Return the models that draw; none if the site has that switched off."""
    here = runtime()
    return () if is_off(here.work.policy, Feature.IMAGES) else await here.gateway.drawers()


async def send_models() -> None:
    """Send the models on offer to the tabs of this process."""
    here = runtime()
    offered, longest = await here.gateway.models(), here.work.policy.message_max_chars
    drawers = await drawers_offered()
    async with here.work.begin() as ctx:
        managers = await staff_ids(ctx, SitePermission.MANAGE_MODELS)
    for user_id, sids in list(sockets.people().items()):
        known = {"is_manager": user_id in managers, **given()}
        op = models_op(offered, user_id, message_max=longest, drawers=drawers, **known)
        for sid in sids:
            await sockets.send(sid, op)
