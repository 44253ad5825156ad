"""When something was said, in the reader's language and zone: the browser's own script, in Node."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.node import run

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # a Saturday, noon in Tokyo
AGES = {
    "over a year": timedelta(days=400),
    "days": timedelta(days=9),
    "this week": timedelta(days=3),
    "yesterday": timedelta(hours=13),
    "today": timedelta(hours=2),
    "minutes": timedelta(minutes=5),
    "seconds": timedelta(seconds=20),
}
DAYS = {
    "en-GB": ["17 October 2025", "12 November", "Wednesday", "Yesterday", "Today", "Today", "Today"],
    "ja-JP": ["2025年10月17日", "11月12日", "水曜日", "昨日", "今日", "今日", "今日"],
}
SAID = {
    "en-GB": ["12:00", "12:00", "12:00", "23:00", "10:00", "5 min ago", "just now"],
    "ja-JP": ["12:00", "12:00", "12:00", "23:00", "10:00", "5分前", "たった今"],
}
AGO = {
    "en-GB": ["17 October 2025", "9 days ago", "3 days ago", "yesterday", "10:00", "5 min ago", "just now"],
    "ja-JP": ["2025年10月17日", "9日前", "3日前", "昨日", "10:00", "5分前", "たった今"],
}
FULL = {"en-GB": "Saturday 21 November 2026 at 10:00", "ja-JP": "2026年11月21日土曜日 10:00"}
PROGRAM = """
process.env.TZ = "Asia/Tokyo";
const [language, now, moments] = given;
Object.defineProperty(globalThis, "navigator", { value: { languages: [language] } });
await setLocale(language.split("-")[0]);
const times = clock(Date.parse(now));
const words = (which) => moments.map((at) => times[which](at)).map((text) => text.replace("min.", "min"));
const full = dates().full(moments[4]).replace("Saturday,", "Saturday");
say({ day: words("day"), said: words("relative"), ago: words("ago"), full });
"""


@pytest.mark.parametrize("language", SAID)
def test_days_and_times_are_told_as_people_tell_them(language: str) -> None:
    moments = [(NOW - age).isoformat() for age in AGES.values()]
    imports = {"i18n.js": "setLocale", "time.js": "clock, dates"}
    told: dict[str, Any] = run(imports, PROGRAM, [language, NOW.isoformat(), moments])
    assert told == {"day": DAYS[language], "said": SAID[language], "ago": AGO[language], "full": FULL[language]}
