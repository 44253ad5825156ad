"""Send alerts to support."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.support.alerts import MAIL, OF_A_SESSION, OF_A_TARGET, queue_alert_mail, read_alert
from chat_app.core.support.ports import Alert, AlertChannel, AlertRefused, AlertUnavailable
from chat_app.core.support.targets import NO_RECEIVERS, note_attempt, read_test_alert

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AlertSender:
    """Sends each alert by the way that its target names. A dying process may have it sent twice."""

    work: UnitOfWork
    channels: Mapping[str, AlertChannel]
    origin: str

    async def send(self, attempt: JobAttempt, *, request: str, target: str) -> None:
        """Send the alert of a request to one of the site's targets, unless a limit is used up."""
        if (to := self._target(target)) is None:
            return
        async with self.work.begin() as ctx:
            alert = await read_alert(ctx, UUID(request), self.origin)
        if alert is None or (attempt.number == 1 and not await self._admits(alert.session, target)):
            return
        try:
            await self._hand_over(alert, to, attempt.number)
        except AlertRefused as error:
            log.warning("alert_refused", way=to[0], request=request, error=str(error))

    async def test(self, attempt: JobAttempt, *, test: str, target: str, by: str) -> None:
        """Send a test to one of the site's targets. The page shows its outcome, so the job never fails."""
        if (to := self._target(target)) is None:
            return
        async with self.work.begin() as ctx:
            alert = await read_test_alert(ctx, test, UUID(by), self.origin)
        try:
            await self._hand_over(alert, to, attempt.number)
        except (AlertRefused, AlertUnavailable) as error:
            log.info("alert_test_failed", way=to[0], error=str(error))

    def _target(self, target: str) -> tuple[str, str] | None:
        """Return a target; None if the settings are others now."""
        targets, place = self.work.policy.support_alerts, int(target)
        return targets[place] if place < len(targets) else None

    async def _hand_over(self, alert: Alert, target: tuple[str, str], attempt: int) -> None:
        """Send an alert, and store its outcome. Raises ``AlertRefused`` or ``AlertUnavailable``."""
        way, to = target
        if way == MAIL:
            async with self.work.begin() as ctx:
                problem = "" if await queue_alert_mail(ctx, alert, to) else NO_RECEIVERS
                note_attempt(ctx, target, test=alert.test, attempt=attempt, problem=problem)
            return
        try:
            await self.channels[way].send(alert, to)
        except (AlertRefused, AlertUnavailable) as error:
            await self._note(alert, target, attempt, str(error))
            raise
        await self._note(alert, target, attempt)

    async def _note(self, alert: Alert, target: tuple[str, str], attempt: int, problem: str = "") -> None:
        async with self.work.begin() as ctx:
            note_attempt(ctx, target, test=alert.test, attempt=attempt, problem=problem)

    async def _admits(self, session: str, target: str) -> bool:
        return await self.work.admits(OF_A_SESSION, session, target) and await self.work.admits(OF_A_TARGET, target)
