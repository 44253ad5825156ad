"""List the jobs and their handlers."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID

from chat_app.core.ai.decisions.queue import forget_decisions
from chat_app.core.ai.transcription.transcribing import Transcriber
from chat_app.core.applications.authorization.authorizing import forget_authorizations
from chat_app.core.applications.signing import forget_signing_keys
from chat_app.core.audit.commands import forget_audit
from chat_app.core.auth.factors.challenges import forget_challenges
from chat_app.core.auth.mailed_links import forget_mailed_tokens
from chat_app.core.auth.sessions.commands import forget_sessions
from chat_app.core.billing.budgets.alerts import alert_of_budget
from chat_app.core.billing.reserving.reservations import SEND_BUDGET_ALERT
from chat_app.core.billing.upkeep import upkeep
from chat_app.core.files.attached.sending import INDEX_FILE
from chat_app.core.files.attached.transcripts import TRANSCRIBE
from chat_app.core.files.objects.sweeping import sweep_files
from chat_app.core.files.storage.ports import Storage
from chat_app.core.identities.commands import forget_claims
from chat_app.core.identities.sign_in.assertions import forget_assertions
from chat_app.core.identities.sign_in.attempts import forget_attempts
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.work.jobs import Handler, Handlers, JobAttempt, JobKind, Retry
from chat_app.core.mail.commands import SEND_MAIL, forget_mails
from chat_app.core.messages.retention.expiry import EXPIRE_MESSAGES, delete_expired_in_room, delete_expired_messages
from chat_app.core.payments.settlement.notices import forget_payment_events
from chat_app.core.pictures.moving import move_pictures
from chat_app.core.pictures.rows import SWEEP_PICTURES
from chat_app.core.pictures.sweeping import sweep_pictures
from chat_app.core.search.files import index_file
from chat_app.core.support.takeover import release_absent
from chat_app.core.support.targets import forget_alert_attempts
from chat_app.worker.mails import MailSender
from chat_app.worker.watching.site import SiteWatch

_CLEANING = Retry(attempts=3, first=timedelta(minutes=1))
_CLEANED = (
    *(forget_mails, forget_mailed_tokens, forget_sessions, forget_attempts, forget_claims, forget_audit),
    *(forget_challenges, forget_assertions, forget_authorizations, forget_signing_keys),
    *(forget_decisions, forget_payment_events, forget_alert_attempts),
)


_SWEEP_FILES = JobKind("sweep_files", _CLEANING, cron="*/10 * * * *")
_RELEASE = JobKind("release_reservations", _CLEANING, cron="*/10 * * * *")
_RELEASE_ABSENT = JobKind("release_absent", _CLEANING, cron="* * * * *")
_MOVE_PICTURES = JobKind("move_pictures", _CLEANING, cron="*/10 * * * *")


def handlers(
    work: UnitOfWork, mails: MailSender, storage: Storage, transcriber: Transcriber, site: SiteWatch
) -> Handlers:
    """Return the handlers of this process, by kind."""

    async def sweep(_: JobAttempt) -> None:
        await sweep_files(work, storage)

    async def sweep_left(_: JobAttempt) -> None:
        await sweep_pictures(work, storage)

    async def expire(_: JobAttempt, room: str = "") -> None:
        await site.reload()  # use the newest settings, also another process's: what is deleted cannot be restored
        await (delete_expired_in_room(work, UUID(room)) if room else delete_expired_messages(work))

    async def release(_: JobAttempt) -> None:
        await upkeep(work)

    async def move(_: JobAttempt) -> None:
        await move_pictures(work, storage)

    async def index(_: JobAttempt, file: str) -> None:
        await index_file(work, UUID(file))

    async def transcribe(_: JobAttempt, attachment: str) -> None:
        await transcriber.transcribe(UUID(attachment))

    async def alert(_: JobAttempt, budget: str, month: str, percent: str) -> None:
        async with work.begin() as ctx:
            await alert_of_budget(ctx, UUID(budget), date.fromisoformat(month), int(percent))

    done: dict[JobKind, Handler] = {SEND_MAIL: mails.send, _SWEEP_FILES: sweep, _RELEASE: release}
    done |= {EXPIRE_MESSAGES: expire, SEND_BUDGET_ALERT: alert, INDEX_FILE: index, TRANSCRIBE: transcribe}
    done |= {SWEEP_PICTURES: sweep_left, _MOVE_PICTURES: move, _RELEASE_ABSENT: _in_transaction(work, release_absent)}
    return done | {
        # Every hour, for a machine that is not always on; one after the other.
        JobKind(each.__name__, _CLEANING, cron=f"{(7 * place + 3) % 60} * * * *"): _in_transaction(work, each)
        for place, each in enumerate(_CLEANED)
    }


def _in_transaction(work: UnitOfWork, use_case: Callable[[Context], Awaitable[None]]) -> Handler:
    async def call(_: JobAttempt) -> None:
        async with work.begin() as ctx:
            await use_case(ctx)

    return call
