"""Mail by SMTP."""

import asyncio
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from chat_app.core.mail.ports import Letter, MailRefused, MailUnavailable

TIMEOUT: Final = 10  # seconds, for each step of the conversation
AT_ONCE: Final = 2


class SmtpMailer:
    """Hands letters to the server at ``url``: ``smtps://`` speaks TLS from the start, ``smtp://`` wherever offered.

    A password is never said without TLS.
    """

    delivers = True

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._secure else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender
        # Threads of its own: a slow mail server must not hold up those that check passwords.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail")

    async def send(self, letter: Letter) -> None:
        """Hand one over; raises ``MailRefused`` or ``MailUnavailable``."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._send, self._message(letter))
        except (ValueError, MessageError) as error:
            raise MailRefused(type(error).__name__) from error  # no mail can be made of it

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, letter.address
        # What looks like an encoded word would be decoded (RFC 2047), line ends too: a name could add headers.
        message["Subject"] = letter.subject.replace("=?", "= ?")
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{letter.id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message

    def _send(self, message: EmailMessage) -> None:
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise (MailRefused if min(codes) >= 500 else MailUnavailable)(str(codes)) from error
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise (MailRefused if error.smtp_code >= 500 else MailUnavailable)(str(error.smtp_code)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("not supported") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(type(error).__name__) from error

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        try:
            self._introduce(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        encrypted = self._secure
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            encrypted = True
        if self._user:
            if not encrypted:
                raise smtplib.SMTPException("no password without TLS")
            server.login(self._user, self._password)
