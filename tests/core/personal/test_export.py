"""Export: everything of the person, and nothing of others."""

import json

import pytest

from chat_app.api.rest.account.export_shapes import ExportOut
from chat_app.core.accounts.tables import User
from chat_app.core.personal.queries import EXPORTS, export_own_data
from chat_app.core.safety.moderation import dismiss_report
from chat_app.core.safety.queries import list_reports
from tests.core.personal.everything import everything_of
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


@pytest.mark.slow
async def test_export_has_all_data_of_the_person(do: Do, make: Factory):
    me, ben = await make.actor(username="mara"), await make.actor(username="ben")
    rooms = {name: str(room.id) for name, room in (await everything_of(do, make, me, ben)).items()}
    data = await do(me, export_own_data)
    assert {name for name, part in data.items() if part == []} == set()
    assert set(data) == set(ExportOut.model_fields), "REST gives no others"
    account = data["account"]
    assert (account["username"], account["email"], account["two_factor"]) == ("mara", "mara@example.com", False)
    [own, line] = [each for each in data["messages"] if each["room"] == rooms["room"]]
    assert line["event"] == "help_asked"
    assert own["text"] == "Mine @ai"
    assert {(each["name"], each["role"]) for each in data["rooms"]} == {("Tea", "member"), ("Own", "master")}
    [rating] = data["ratings"]
    said = (rating["room"], rating["model"], rating["value"], rating["reason"])
    assert said == (rooms["room"], "demo", "down", "Wrong")
    [reaction], [star], [mention] = data["reactions"], data["stars"], data["mentions"]
    assert reaction == {"message": star["message"], "room": rooms["room"], "emoji": "👍"}
    assert (mention["message"], mention["room"]) == (star["message"], rooms["room"])
    assert [each["room"] for each in data["questions"]] == [rooms["room"]]
    assert [each["room"] for each in data["bans"]] == [rooms["banned"]]
    assert [each["room"] for each in data["join_requests"]] == [rooms["door"]]
    assert [(each["room"], each["status"]) for each in data["invitations"]] == [(rooms["asked"], "pending")]
    assert [(each["room"], each["username"]) for each in data["invitations_sent"]] == [(rooms["own"], "ben")]
    assert [each["room"] for each in data["invite_links"]] == [rooms["own"]]
    assert [(each["username"], each["reason"], each["note"]) for each in data["reports"]] == [("ben", "spam", "Look")]
    assert [(each["room"], each["reason"]) for each in data["help_requests"]] == [(rooms["room"], "Stuck")]
    assert [each["username"] for each in data["contacts"]] == ["ben"]
    assert [each["username"] for each in data["blocked"]] == ["chloe"]
    assert data["groups"] == [{"name": "Friends", "members": ["ben"]}]
    assert [(each["name"], each["text"], each["shared"]) for each in data["prompts"]] == [("mine", "Sum up", True)]
    assert [(each["issuer"], each["subject"]) for each in data["identities"]] == [("https://id.example", "42")]
    assert [each["name"] for each in data["api_tokens"]] == ["Bot"]
    assert [each["current"] for each in data["sessions"]] == [True]
    assert [each["kind"] for each in data["mails"]] == ["verifyEmail"]


@pytest.mark.slow
async def test_export_has_no_secrets_and_no_data_of_others(do: Do, make: Factory):
    me, ben = await make.actor(username="mara"), await make.actor(username="ben")
    admin = await make.actor(username="site-admin", is_admin=True)
    await everything_of(do, make, me, ben)
    [report] = (await do(admin, list_reports)).items
    await do(admin, dismiss_report, report.id)
    async with make.work.begin() as ctx:
        hashed = (await ctx.db.get_one(User, me.user_id)).password_hash
    text = json.dumps(await do(me, export_own_data))
    of_others = ("Not yours", "Secretly", "🎉", "ben@example.com", "site-admin", "dismissed", "People")
    for kept_back in (*of_others, "hash", "#", "secret"):
        assert json.dumps(kept_back)[1:-1] not in text, kept_back
    assert hashed not in text


@pytest.mark.slow
async def test_export_has_nothing_that_belongs_to_another_person(do: Do, make: Factory):
    me, ben = await make.actor(username="mara"), await make.actor(username="ben")
    await everything_of(do, make, me, ben)
    stranger = await do(await make.actor(), export_own_data)
    full = {name for name, part in stranger.items() if isinstance(part, list) and part}
    assert full == {"sessions"}


async def test_exports_are_counted(do: Do, make: Factory):
    me = await make.actor()
    with refused("rate_limited"):
        for _ in range(EXPORTS.amount + 1):
            await do(me, export_own_data)
