"""Sum up the usage of each day after its end, so that lists of the whole site need not read all usage of a year.

Usage is written once and never changed, so the sums of a day are final. Newer usage is read directly.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from chat_app.core.billing.wire import Grouping
from chat_app.core.kernel.context import Context

AFTERWARDS: Final = timedelta(hours=1)
"""The time after a day until it is summed up: by then, all of its usage is written."""

_NUMBERS: Final = ("times", "prompt_tokens", "completion_tokens", "cost", "charged")
_COUNTS: Final = "count(*), sum(prompt_tokens), sum(completion_tokens), coalesce(sum(cost), 0), sum(charged)"
_SUMMED: Final = """(
    SELECT coalesce((max(day) + 1)::timestamp AT TIME ZONE 'UTC', '-infinity') FROM token_usage_days WHERE kind = 'work'
)"""
"""The time until which days are summed up."""

_DAY: Final = "(created_at AT TIME ZONE 'UTC')::date"
_FIRST: Final = f"""
    SELECT (min(created_at) AT TIME ZONE 'UTC')::date FROM token_usage
    WHERE created_at >= {_SUMMED} AND created_at < %s
"""  # noqa: S608, names of columns alone
_SUM: Final = f"""
    INSERT INTO token_usage_days (day, kind, key, {", ".join(_NUMBERS)})
    SELECT day, kind, key, {_COUNTS} FROM (
        SELECT {_DAY} AS day, prompt_tokens, completion_tokens, cost, charged, model, work,
            coalesce(room_id::text, '') AS room, coalesce(asker_id::text, '') AS person
        FROM token_usage WHERE created_at >= %s AND created_at < %s
    ) AS used
    CROSS JOIN LATERAL (VALUES ('room', room), ('person', person), ('model', model), ('work', work)) AS of (kind, key)
    GROUP BY day, kind, key ORDER BY kind, day
"""  # noqa: S608, names of columns alone

_KEYS: Final[dict[Grouping, tuple[str, str, str]]] = {
    "day": ("work", "day::text", f"{_DAY}::text"),
    "model": ("model", "key", "model"),
    "room": ("room", "key", "coalesce(room_id::text, '')"),
    "person": ("person", "key", "coalesce(asker_id::text, '')"),
    "work": ("work", "key", "work"),
}
"""The kind of sums for a grouping, and its key in the sums and in the usage."""


async def sum_day(ctx: Context) -> bool:
    """Sum up the first day that is over and not summed up yet; return whether there was one.

    It is one a transaction: a year of a busy site would take longer than a statement may.
    """
    await ctx.lock_key("token_usage_days")
    until = datetime.combine((ctx.now - AFTERWARDS).astimezone(UTC).date(), time.min, UTC)
    driver = await ctx.driver()
    found = await (await driver.execute(_FIRST, (until,))).fetchone()
    if found is None or found[0] is None:
        return False
    day = datetime.combine(found[0], time.min, UTC)
    await driver.execute(_SUM, (day, day + timedelta(days=1)))
    return True


async def site_sums(ctx: Context, by: Grouping, since: datetime, limit: int) -> Sequence[Sequence[Any]]:
    """Return the usage of the whole site since the beginning of a day, by a grouping, with the total in each row."""
    kind, summed, used = _KEYS[by]
    sums = ", ".join(f"sum({name})::bigint" for name in _NUMBERS)
    totals = ", ".join(f"(sum(sum({name})) OVER ())::bigint" for name in _NUMBERS)
    statement = f"""
        WITH used AS (
            SELECT {summed} AS key, {", ".join(_NUMBERS)} FROM token_usage_days WHERE kind = %s AND day >= %s
            UNION ALL SELECT {used}, {_COUNTS} FROM token_usage
            WHERE created_at >= greatest(%s, {_SUMMED}) GROUP BY 1
        )
        SELECT key, {sums}, {totals} FROM used
        GROUP BY key ORDER BY {"key" if by == "day" else "sum(cost) DESC, key"} LIMIT %s
    """  # noqa: S608, names of columns alone
    rows = await (await ctx.driver()).execute(statement, (kind, since.date(), since, limit))
    return await rows.fetchall()
