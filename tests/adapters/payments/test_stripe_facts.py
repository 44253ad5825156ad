"""What an invoice of Stripe says."""

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
