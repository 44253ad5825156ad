"""When something was said, in the reader's language and zone."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.visitor import Arrive
from tests.support.factory import Factory

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # a Saturday, noon in Tokyo
AGES = (timedelta(days=400), timedelta(days=9), timedelta(days=3), timedelta(hours=13), timedelta(hours=2))
DAYS = ["2025年10月17日", "11月12日", "水曜日", "昨日", "今日"]
TIMES = ["12:00", "12:00", "12:00", "23:00", "10:00", "5分前", "たった今"]


async def test_days_and_times_are_told_as_people_tell_them(arrive: Arrive, make: Factory) -> None:
    reader = await arrive("Aiko", cold=True, locale="ja-JP", timezone_id="Asia/Tokyo")
    room = await make.room({Role.MEMBER: reader.actor})
    for number, age in enumerate((*AGES, timedelta(minutes=5), timedelta(seconds=20))):
        author = await make.actor(name=f"Author {number}")
        await make.message(room, author, f"Said {number}", created_at=NOW - age)
    await reader.page.clock.set_fixed_time(NOW)
    await reader.enter(room)
    await expect(reader.page.locator(".day")).to_have_text(DAYS)
    shown = reader.page.locator(".message time:visible")
    await expect(shown).to_have_text(TIMES)
    await expect(shown.nth(4)).to_have_attribute("title", "2026年11月21日土曜日 10:00")
    assert await shown.nth(4).get_attribute("datetime") == "2026-11-21T01:00:00.000+00:00"
