"""The outbox over HTTP."""

from chat_app.bootstrap import Runtime
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.support.jobs import run_due
from tests.support.use_cases import Do


async def test_the_admin_reads_what_was_kept(clients: Clients, make: Factory, do: Do, parts: Runtime):
    _, admin = await make.signed_in(is_admin=True)
    _, other = await make.signed_in()
    await do(None, queue_mail, "x@example.com", MailKind.INVITATION, inviter="Aiko", room="Tea", path="/join/x")
    await run_due(parts.jobs)
    answer = (await clients(admin).get("outbox")).json()
    [mail] = answer["items"]
    assert not answer["delivers"]
    assert (mail["address"], mail["state"], mail["attempts"]) == ("x@example.com", "sent", 1)
    assert mail["subject"] == "Aiko invited you to Tea"
    assert "/join/x" in mail["text"]
    error(await clients(other).get("outbox"), 404, "not_found")
