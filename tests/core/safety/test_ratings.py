"""The site admins' view of people's ratings."""

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.marks.ratings import rate_answer
from chat_app.core.safety.ratings import count_ratings, list_reasons
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def test_admins_see_numbers_by_model_and_reasons_newest_first(do: Do, make: Factory, work: UnitOfWork):
    admin = await make.actor(is_admin=True)
    people = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: people[0], Role.MEMBER: people[1], Role.GUEST: people[2]})
    one, other = [await make.message(room, None, "Secret", model=model) for model in ("one", "other")]
    for person, value, reason in zip(people, ("up", "down", "down"), ("", "Too long", "Wrong"), strict=True):
        await do(person, rate_answer, one.id, value, reason)
    await do(people[0], rate_answer, other.id, "up", "Short")
    assert await do(admin, count_ratings) == [
        {"model": "one", "up": 1, "down": 2},
        {"model": "other", "up": 1, "down": 0},
    ]
    assert await do(admin, count_ratings, model="other") == [{"model": "other", "up": 1, "down": 0}]
    assert await do(admin, count_ratings, model="one\x00") == await do(admin, count_ratings, model="one")
    first = await do(admin, list_reasons, limit=2)
    rest = await do(admin, list_reasons, after=first.next)
    assert [each.reason for each in (*first.items, *rest.items)] == ["Short", "Wrong", "Too long"]
    assert rest.next is None
    assert set(first.items[0].as_json()) == {"model", "value", "reason", "at"}  # no texts, rooms or people
    assert [each.reason for each in (await do(admin, list_reasons, model="one")).items] == ["Wrong", "Too long"]
