"""A real mail server, which keeps the received mail."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from tests.support.ports import free_port


class MailServer:
    """Takes mail for everybody but those whose address says how it goes wrong: ``no@…``, ``later@…``."""

    def __init__(self, **options: Any) -> None:
        self.received: list[EmailMessage] = []
        self.port = free_port()
        self._controller = Controller(self, "127.0.0.1", self.port, ready_timeout=30, **options)

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_RCPT(self, *args: Any) -> str:  # noqa: N802, aiosmtpd's name
        """Answer the command that names a receiver."""
        envelope: Envelope = args[2]
        address: str = args[3]
        if address.startswith("no@"):
            return "550 No such person"
        if address.startswith("later@"):
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, *args: Any) -> str:  # noqa: N802
        """Keep a mail."""
        self.received.append(BytesParser(EmailMessage, policy=default).parsebytes(args[2].content))
        return "250 OK"


def knows(user: str, password: str) -> dict[str, Any]:
    """Options of a server that asks for this name and password, and does so without TLS."""

    def authenticate(*args: Any) -> AuthResult:
        known = (args[4].login, args[4].password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False)  # so that the server answers, also who is refused

    return {"authenticator": authenticate, "auth_require_tls": False, "auth_required": True}
