"""Alerts by webhook and short message, against a scripted server."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from chat_app.adapters.alerts.twilio import TEXT_MAX, TwilioSms
from chat_app.adapters.alerts.webhook import SignedWebhook
from chat_app.adapters.tools.web.addresses import AllowList
from chat_app.core.support.ports import Alert, AlertRefused, AlertUnavailable
from tests.emulate.server import Twilio

ALERT = Alert("R", "S", "Aiko (@aiko)", "The sums", "2026-11-28T15:00:00.000+00:00", "https://chat.example.org/support")
KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Receiver:
    """A server that answers with `status`, and keeps the received requests."""

    def __init__(self) -> None:
        self.status, self.got = 200, list[tuple[web.Request, bytes]]()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.got.append((request, await request.read()))
        return web.Response(status=self.status, headers={"Location": "http://169.254.169.254/"})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()


def allowing(receiver: Receiver) -> AllowList:
    return AllowList.of([receiver.url.removeprefix("http://")])


async def test_webhook_is_signed_as_standard_webhooks_says(receiver: Receiver):
    await SignedWebhook(SECRET, allowing(receiver), clock=lambda: 1_790_000_000.5).send(ALERT, receiver.url + "/hook")
    [(request, body)] = receiver.got
    signed = f"R.1790000000.{body.decode()}".encode()
    expected = base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
    assert request.headers["webhook-id"] == "R"
    assert request.headers["webhook-timestamp"] == "1790000000"
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(body)
    assert (told["type"], told["data"]["person"], told["data"]["reason"]) == (
        "support.help_requested",
        "Aiko (@aiko)",
        "The sums",
    )


async def test_internal_host_is_refused_unless_allowed(receiver: Receiver):
    with pytest.raises(AlertRefused):
        await SignedWebhook(SECRET, AllowList()).send(ALERT, receiver.url)
    assert receiver.got == []


@pytest.mark.parametrize(
    ("status", "error"), [(302, AlertRefused), (404, AlertRefused), (429, AlertUnavailable), (503, AlertUnavailable)]
)
async def test_answers_that_are_no_success(receiver: Receiver, status: int, error: type[Exception]):
    receiver.status = status
    with pytest.raises(error):
        await SignedWebhook(SECRET, allowing(receiver)).send(ALERT, receiver.url)
    assert len(receiver.got) == 1


async def test_server_that_is_away_is_tried_again(receiver: Receiver):
    with pytest.raises(AlertUnavailable):
        await SignedWebhook(SECRET, AllowList.of(["127.0.0.1:9"])).send(ALERT, "http://127.0.0.1:9/")


async def test_short_message_has_the_facts_and_the_account(receiver: Receiver):
    await TwilioSms(receiver.url, "AC1", "token", "+15550001", allowing(receiver)).send(ALERT, "+819012345678")
    [(request, body)] = receiver.got
    said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert request.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:token").decode()
    assert (said["To"], said["From"]) == ("+819012345678", "+15550001")
    assert all(fact in said["Body"] for fact in ("Aiko (@aiko)", "The sums", "2026-11-28 15:00 UTC", "/support"))


async def test_a_real_account_sends_it_and_a_wrong_token_does_not(tmp_path: Path):
    with Twilio(tmp_path) as twilio:
        there = AllowList.of([f"127.0.0.1:{twilio.port}"])
        sms = TwilioSms(twilio.url, twilio.account, twilio.token, twilio.number, there)
        await sms.send(ALERT, "+819012345678")
        [message] = twilio.messages()
        assert (message["to"], message["from"]) == ("+819012345678", twilio.number)
        assert message["body"] == ALERT.text(TEXT_MAX)
        with pytest.raises(AlertRefused):
            await replace(sms, token="guess").send(ALERT, "+819012345678")
        with pytest.raises(AlertRefused):
            await sms.send(ALERT, "")
        assert len(twilio.messages()) == 1


def test_long_reason_leaves_room_for_the_link():
    alert = Alert("R", "S", "Aiko", "word " * 500, ALERT.at, ALERT.link)
    assert len(alert.text(320)) <= 320
    assert alert.text(320).endswith(ALERT.link)
