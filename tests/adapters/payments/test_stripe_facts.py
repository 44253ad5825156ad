"""The facts of an invoice of Stripe."""

from datetime import UTC, datetime

import pytest

from chat_app.adapters.payments.stripe_facts import invoice_facts


@pytest.mark.parametrize(("money", "part"), [(9_000, 1.0), (4_500, 0.5), (0, 0.0)])
def test_unused_time_of_a_plan_pays_no_tokens(money: int, part: float):
    """Its tokens were not taken back: changing to and fro would make more of them each time."""
    meta = {"parley_item": "plus", "parley_tokens": "900"}
    price = {"unit_amount": 9_000, "metadata": meta}
    line = {"amount": 9_000, "price": price, "pricing": {"price_details": {"price": price}}}
    invoice = {"id": "in_1", "status": "paid", "total": 9_000, "amount_paid": money, "lines": {"data": [line]}}
    assert invoice_facts(invoice, {}, ()).tokens == 900 * part


@pytest.mark.parametrize(
    ("more", "expires"), [({}, None), ({"parley_expires": "true"}, datetime(2027, 1, 1, tzinfo=UTC))]
)
def test_tokens_expire_with_the_period_where_the_price_says_so(more: dict[str, str], expires: datetime | None):
    price = {"unit_amount": 900, "metadata": {"parley_item": "plus", "parley_tokens": "900", **more}}
    period = {"start": 1_796_083_200, "end": int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())}
    line = {"amount": 900, "price": price, "period": period}
    invoice = {"id": "in_1", "status": "paid", "total": 900, "amount_paid": 900, "lines": {"data": [line]}}
    assert invoice_facts(invoice, {}, ()).expires_at == expires
