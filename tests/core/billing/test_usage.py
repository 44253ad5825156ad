"""The usage of a room, as its members see it."""

from chat_app.core.access.permissions import Role
from chat_app.core.billing.entries import Usage, post
from chat_app.core.billing.usage import room_usage
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def test_what_models_did_for_one_person_alone_is_not_shown_to_others(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    people = (aiko.user_id, aiko.user_id, room.id)
    async with do.work.begin(aiko) as ctx:
        for work in ("answer", "translation", "dictation"):
            await post(ctx, usages=[Usage(work, None, *people, "a/model", 9, 3, 12, charged=12)])
    seen = {who: (await do(who, room_usage, room.id, "work"))["items"] for who in (aiko, ben)}
    assert sorted(row["key"] for row in seen[aiko]) == ["answer", "dictation", "translation"]
    assert [row["key"] for row in seen[ben]] == ["answer"]
    assert {row["charged"] for row in seen[ben]} == {0}, "what others paid is theirs"
