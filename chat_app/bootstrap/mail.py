"""Build the mail sender."""

from chat_app.adapters.mail.kept_mailer import KeptMailer
from chat_app.adapters.mail.smtp_mailer import SmtpMailer
from chat_app.adapters.mail.wording import CatalogueWording
from chat_app.bootstrap.secrets import revealed
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.mail.ports import Mailer
from chat_app.settings import Settings
from chat_app.worker.mails import MailSender


def build_mails(settings: Settings, work: UnitOfWork) -> MailSender:
    """Return the sender of the mail in the outbox."""
    url = revealed(settings.smtp_url)
    mailer: Mailer = SmtpMailer(url, settings.mail_from) if url else KeptMailer()
    return MailSender(work, mailer, CatalogueWording(settings.origin, lambda: work.policy))
