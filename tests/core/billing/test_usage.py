"""The usage of a room, as its members see it; the usage of the site, from sums of days and newer entries."""

from typing import get_args

from sqlalchemy import func, select

from chat_app.core.access.permissions import Role
from chat_app.core.billing.day_sums import sum_day
from chat_app.core.billing.ledger.entries import UsageRecord, post
from chat_app.core.billing.tables import TokenUsageDay
from chat_app.core.billing.usage.of_site import site_usage
from chat_app.core.billing.usage.queries import room_usage
from chat_app.core.billing.wire import Grouping
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def test_private_usage_is_not_shown_to_others(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    people = (aiko.user_id, aiko.user_id, room.id)
    async with do.work.begin(aiko) as ctx:
        for work in ("answer", "translation", "dictation"):
            await post(ctx, usages=[UsageRecord(work, None, *people, "a/model", 9, 3, 12, charged=12)])
    seen = {who: (await do(who, room_usage, room.id, "work"))["items"] for who in (aiko, ben)}
    assert sorted(row["key"] for row in seen[aiko]) == ["answer", "dictation", "translation"]
    assert [row["key"] for row in seen[ben]] == ["answer"]
    assert {row["charged"] for row in seen[ben]} == {0}, "what others paid is theirs"


async def test_sums_of_days_say_what_every_use_says(do: Do, make: Factory, clock: Clock):
    staff, aiko = await make.actor(site_roles=["admin"]), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    wanted = [(by, days) for by in get_args(Grouping) for days in (1, 3, 30)]

    async def seen() -> list[object]:
        return [await do(staff, site_usage, by, days) for by, days in wanted]

    for day in range(4):
        async with do.work.begin() as ctx:
            for work, model, cost in (("answer", "a/b", 12), ("title", "a/b", None), ("answer", "c", 7)):
                who = (aiko.user_id, aiko.user_id, room.id if day % 2 else None)
                await post(ctx, usages=[UsageRecord(work, None, *who, model, 9 + day, 3, cost, charged=5)])
        clock.advance(days=1)
    before = await seen()
    assert await do(None, sum_day)
    async with do.work.begin() as ctx:
        assert len(set(await ctx.db.scalars(select(TokenUsageDay.day)))) == 1, "a transaction is not long"
    for hours in (0, 0, 2, 30):
        clock.advance(hours=hours)
        now = await seen()
        while await do(None, sum_day):
            pass
        assert await seen() == now
    assert before[1] != now[1], "days have passed"
    async with do.work.begin() as ctx:
        summed = await ctx.db.scalar(select(func.sum(TokenUsageDay.times)).where(TokenUsageDay.kind == "work"))
    assert summed == 12


async def test_total_is_of_all_also_where_not_all_are_listed(do: Do, make: Factory):
    staff, aiko = await make.actor(site_roles=["admin"]), await make.actor()
    async with do.work.begin() as ctx:
        mine = (None, aiko.user_id, aiko.user_id, None)
        await post(ctx, usages=[UsageRecord("answer", *mine, f"m/{n}", 1, 1, n) for n in range(400)])
    page = await do(staff, site_usage, "model", 1)
    assert (len(page["items"]), page["total"]["times"]) == (366, 400)
