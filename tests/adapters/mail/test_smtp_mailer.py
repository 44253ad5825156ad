"""Mail by SMTP to a real server, and kept mail without a server."""

import asyncio
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from chat_app.adapters.mail import smtp_mailer
from chat_app.adapters.mail.smtp_mailer import SmtpMailer
from chat_app.core.kernel.ids import new_id
from chat_app.core.mail.ports import Letter, MailRefused, MailUnavailable
from tests.support.mail import MailServer, knows

pytestmark = [pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"), pytest.mark.slow]
"""aiosmtpd's advice, where TLS begins before SMTP does, or is not there on purpose."""

FROM = "Parley <parley@example.org>"


def letter(address: str = "ben@example.com") -> Letter:
    return Letter(new_id(), "invitation", address, "愛子 invites you", "Hello,\n\nどうぞ: http://parley.test/join/x\n")


async def test_a_letter_arrives_whole():
    with MailServer() as server:
        sent = letter()
        await SmtpMailer(f"smtp://127.0.0.1:{server.port}", FROM).send(sent)
    [mail] = server.received
    assert (mail["From"], mail["To"], mail["Subject"]) == (FROM, sent.address, sent.subject)
    assert mail.get_content().replace("\r\n", "\n") == sent.text
    assert mail["Message-ID"] == f"<{sent.id}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"]


@pytest.mark.parametrize(
    ("address", "error"), [("no@example.com", MailRefused), ("later@example.com", MailUnavailable)]
)
async def test_refusal_is_permanent_or_temporary(address: str, error: type[Exception]):
    with MailServer() as server, pytest.raises(error):
        await SmtpMailer(f"smtp://127.0.0.1:{server.port}", FROM).send(letter(address))


async def test_a_server_that_is_not_there_is_tried_later():
    with MailServer() as server:
        port = server.port
    with pytest.raises(MailUnavailable):
        await SmtpMailer(f"smtp://127.0.0.1:{port}", FROM).send(letter())


async def test_mails_after_one_that_was_not_answered_do_not_wait_for_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smtp_mailer, "TIMEOUT", 0.2)
    asked = list[asyncio.StreamWriter]()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(writer)

    async with await asyncio.start_server(say_nothing, "127.0.0.1") as server:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", FROM)
        for _ in range(3):
            with pytest.raises(MailUnavailable):
                await mailer.send(letter())
        assert len(asked) == 1
        monkeypatch.setattr(mailer, "_away_until", 0.0)
        with pytest.raises(MailUnavailable):
            await mailer.send(letter())
        assert len(asked) == 2, "once in a while it is asked"
        for writer in asked:
            writer.close()


@pytest.mark.parametrize("subject", ["Hello\nBcc: all@example.com", "Hello\ud800"])
async def test_invalid_mail_is_refused_permanently(subject: str):
    forged = Letter(new_id(), "invitation", "ben@example.com", subject, "Hello")
    with MailServer() as server:
        with pytest.raises(MailRefused):
            await SmtpMailer(f"smtp://127.0.0.1:{server.port}", FROM).send(forged)
        assert server.received == []


async def test_letter_of_two_forms_arrives_as_both():
    with MailServer() as server:
        sent = replace(letter(), html="<p>どうぞ</p>")
        await SmtpMailer(f"smtp://127.0.0.1:{server.port}", FROM).send(sent)
    [mail] = server.received
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()}
    assert parts == {"text/plain": sent.text, "text/html": "<p>どうぞ</p>\n"}


async def test_encoded_words_add_no_mail_header():
    named = "=?utf-8?q?Ada=0D=0ABcc:_all@example.com?= invites you"
    with MailServer() as server:
        await SmtpMailer(f"smtp://127.0.0.1:{server.port}", FROM).send(
            Letter(new_id(), "invitation", "ben@example.com", named, "Hello")
        )
    [mail] = server.received
    assert (mail["Bcc"], mail["Subject"]) == (None, named.replace("=?", "= ?"))


async def test_password_is_not_sent_without_tls():
    with MailServer(**knows("parley", "se/cret")) as server:
        with pytest.raises(MailUnavailable):
            await SmtpMailer(f"smtp://parley:se%2Fcret@127.0.0.1:{server.port}", FROM).send(letter())
        assert server.received == []


async def test_password_is_sent_with_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    theirs, ours = certified(tmp_path)
    monkeypatch.setattr(smtp_mailer.ssl, "create_default_context", lambda: ours)
    with MailServer(tls_context=theirs, **knows("parley", "se/cret")) as server:
        await SmtpMailer(f"smtp://parley:se%2Fcret@localhost:{server.port}", FROM).send(letter())
        with pytest.raises(MailUnavailable):
            await SmtpMailer(f"smtp://parley:wrong@localhost:{server.port}", FROM).send(letter())
    assert len(server.received) == 1


async def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path):
    theirs, _ = certified(tmp_path)
    with MailServer(tls_context=theirs) as server:
        with pytest.raises(MailUnavailable):
            await SmtpMailer(f"smtp://localhost:{server.port}", FROM).send(letter())
        assert server.received == []


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The TLS context of a server called localhost, and that of a client that trusts only it."""
    files = [str(folder / name) for name in ("key.pem", "certificate.pem")]
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    request += ["-addext", "subjectAltName=DNS:localhost", "-keyout", files[0], "-out", files[1]]
    subprocess.run(request, check=True, capture_output=True)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(files[1], files[0])
    return theirs, ssl.create_default_context(cafile=files[1])
