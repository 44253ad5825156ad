"""The mailer for SMTP."""

import ssl
import time
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chat_app.core.mail.ports import Letter, MailRefused, MailUnavailable

TIMEOUT: Final = 10  # seconds, for each step of the conversation

AWAY_SECONDS: Final = 30.0
"""The seconds for which nothing is sent after the server has not answered: each mail would wait for it, and other jobs
for the mails.
"""


class SmtpMailer:
    """Sends letters to the server at ``url``: ``smtps://`` uses TLS from the start, ``smtp://`` if the server offers
    it. A password is sent only over TLS.
    """

    delivers = True

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._secure else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender
        self._tls = ssl.create_default_context()
        self._away_until = 0.0

    async def send(self, letter: Letter) -> None:
        """Send a letter. Raises ``MailRefused`` or ``MailUnavailable``."""
        if time.monotonic() < self._away_until:
            raise MailUnavailable("no answer a moment ago")
        try:
            await self._hand_over(self._message(letter))
        except aiosmtplib.SMTPTimeoutError as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise MailUnavailable(type(error).__name__) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _failure(*(each.code for each in error.recipients)) from error
        except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPSenderRefused) as error:
            raise _failure(error.code) from error
        except OSError as error:  # an untrusted certificate is a ValueError as well
            raise MailUnavailable(type(error).__name__) from error
        except (aiosmtplib.SMTPNotSupported, ValueError, MessageError) as error:
            raise MailRefused(type(error).__name__) from error  # no valid mail, or refused
        except aiosmtplib.SMTPException as error:
            raise MailUnavailable(type(error).__name__) from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, letter.address
        # An apparent encoded word would be decoded (RFC 2047), line ends too: a name could add headers.
        message["Subject"] = letter.subject.replace("=?", "= ?")
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{letter.id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        if letter.html:
            message.add_alternative(letter.html, subtype="html")
        return message

    async def check(self) -> None:
        """Sign in and leave again. Raises as the server or its absence does."""
        async with self._server() as server:
            await self._sign_in(server)

    async def _hand_over(self, message: EmailMessage) -> None:
        async with self._server() as server:
            await self._sign_in(server)
            await server.send_message(message)

    def _server(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=TIMEOUT,
            use_tls=self._secure,  # otherwise by STARTTLS, wherever that is offered
            tls_context=self._tls,
        )

    async def _sign_in(self, server: aiosmtplib.SMTP) -> None:
        if self._user:
            if server.get_transport_info("sslcontext") is None:
                raise MailUnavailable("no password without TLS")
            await server.login(self._user, self._password)


def _failure(*codes: int) -> MailRefused | MailUnavailable:
    return (MailRefused if min(codes) >= 500 else MailUnavailable)(str(codes))
