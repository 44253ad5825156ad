"""Send alerts to support."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.support.alerts import MAIL, OF_A_SESSION, OF_A_TARGET, queue_alert_mail, read_alert
from chat_app.core.support.ports import AlertChannel, AlertRefused

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AlertSender:
    """Sends each alert by the way that its target names. A dying process may have it sent twice."""

    work: UnitOfWork
    channels: Mapping[str, AlertChannel]
    origin: str

    async def send(self, attempt: JobAttempt, *, request: str, target: str) -> None:
        """Send the alert of a request to one of the site's targets, unless a limit is used up."""
        targets, place = self.work.policy.support_alerts, int(target)
        if place >= len(targets):  # the settings are others now
            return
        way, to = targets[place]
        async with self.work.begin() as ctx:
            alert = await read_alert(ctx, UUID(request), self.origin)
        if alert is None or (attempt.number == 1 and not await self._admits(alert.session, target)):
            return
        if way == MAIL:
            async with self.work.begin() as ctx:
                await queue_alert_mail(ctx, alert, to)
            return
        try:
            await self.channels[way].send(alert, to)
        except AlertRefused as error:
            log.warning("alert_refused", way=way, request=request, error=str(error))

    async def _admits(self, session: str, target: str) -> bool:
        return await self.work.admits(OF_A_SESSION, session, target) and await self.work.admits(OF_A_TARGET, target)
