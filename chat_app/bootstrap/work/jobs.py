"""Build the job runner."""

from chat_app.adapters.jobs.runner import JobRunner
from chat_app.adapters.llm.factory import Gateway
from chat_app.bootstrap.sign_in.organisations import open_directory
from chat_app.bootstrap.work.alerts import build_alerts
from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.ai.transcription.transcribing import Transcriber
from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.auth.sessions.commands import END_ELSEWHERE
from chat_app.core.files.storage.ports import Storage
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.payments.service import Payments
from chat_app.core.support.alerts import SEND_ALERT
from chat_app.core.support.targets import TEST_ALERT
from chat_app.settings import Settings
from chat_app.worker.directory import FOLLOW_DIRECTORY, directory_handler
from chat_app.worker.jobs import handlers
from chat_app.worker.mails import MailSender
from chat_app.worker.payments import payment_handlers
from chat_app.worker.watching.site import SiteWatch


def build_jobs(
    settings: Settings,
    work: UnitOfWork,
    mails: MailSender,
    storage: Storage,
    gateway: Gateway,
    payments: Payments,
    site: SiteWatch,
    hydra: HydraSteps | None,
    supervisor: Supervisor,
) -> JobRunner:
    """Return the job runner, with its own connections."""
    assert settings.database_url is not None, "the launcher sets DATABASE_URL to the embedded database"
    transcriber = Transcriber(work, gateway, storage, limits=gateway.limits)
    done = {**handlers(work, mails, storage, transcriber, site), **payment_handlers(payments)}
    alerts = build_alerts(settings, work)
    done |= {SEND_ALERT: alerts.send, TEST_ALERT: alerts.test}
    if directory := open_directory(settings):
        done[FOLLOW_DIRECTORY] = directory_handler(work, directory)
    if hydra:
        done[END_ELSEWHERE] = hydra.end_access
    jobs = JobRunner(settings.database_url.get_secret_value(), done, work.clock)
    supervisor.add("jobs", jobs.run)
    return jobs
