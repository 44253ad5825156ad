"""The events of payment providers as the site's staff see them."""

from sqlalchemy import select, text, update
from sqlmodel import col

from chat_app.core.access.site import SiteRole
from chat_app.core.kernel.context import Context
from chat_app.core.payments.ports import Notice
from chat_app.core.payments.settlement.notices import keep_notice
from chat_app.core.payments.settlement.received import list_payment_events
from chat_app.core.payments.tables import PaymentEvent, Rail
from tests.support.factory import Factory
from tests.support.use_cases import Do

STATES = ("handled", "failed", "waiting", "dropped")


async def received(ctx: Context) -> None:
    """Take in an event for each state, and one whose job has failed once and waits."""
    for name in STATES:
        await keep_notice(ctx, Notice(Rail.STRIPE, name, "invoice.paid", "in_1", ctx.now, {"secret": "sauce"}))
    await ctx.db.execute(
        update(PaymentEvent).where(col(PaymentEvent.reference) == "handled").values(handled_at=ctx.now)
    )
    ids = {each.reference: str(each.id) for each in await ctx.db.scalars(select(PaymentEvent))}
    job = "(SELECT id FROM procrastinate_jobs WHERE args ->> 'event' = :event)"
    for name in ("handled", "dropped"):
        await ctx.db.execute(text(f"DELETE FROM procrastinate_jobs WHERE id = {job}"), {"event": ids[name]})
    await ctx.db.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing' WHERE args ->> 'event' = :event"), {"event": ids["failed"]}
    )
    await ctx.db.execute(text(f"SELECT procrastinate_finish_job_v1({job}, 'failed', false)"), {"event": ids["failed"]})
    for name, attempt in (("failed", 12), ("waiting", 2)):
        await ctx.db.execute(
            text(
                "INSERT INTO procrastinate_errors (job_id, attempt, kind, message) "
                f"SELECT {job}, :attempt, 'PaymentsAway', 'status 503'"
            ),
            {"event": ids[name], "attempt": attempt},
        )


async def test_each_event_says_what_became_of_it(do: Do, make: Factory):
    billing = await make.actor(site_roles=[SiteRole.BILLING])
    await do(None, received)
    events = [each.as_json() for each in (await do(billing, list_payment_events)).items]
    assert {each["reference"]: (each["state"], each["error"]) for each in events} == {
        "handled": ("handled", ""),
        "failed": ("failed", "PaymentsAway · status 503"),
        "waiting": ("waiting", "PaymentsAway · status 503"),
        "dropped": ("dropped", ""),
    }
    assert "sauce" not in str(events)
    assert "in_1" not in str(events)


async def test_pages_follow_one_another_and_handled_ones_can_be_left_out(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    await do(None, received)
    seen, after = list[str](), None
    for _ in range(len(STATES)):
        page = await do(admin, list_payment_events, after=after, limit=1)
        seen, after = [*seen, *(each.event.reference for each in page.items)], page.next
    assert (sorted(seen), after) == (sorted(STATES), None)
    left = (await do(admin, list_payment_events, unhandled=True)).items
    assert sorted(each.event.reference for each in left) == ["dropped", "failed", "waiting"]
