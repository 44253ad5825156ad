"""The plans file, and amounts of money."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.payments.money import AmountInvalid, decimals_of, smallest_units
from chat_app.core.payments.plans import PlansInvalid, read_plans

FILE = """
tax = "exclusive"

[plans.plus]
name = { en = "Plus", ja = "プラス" }
tokens = 1000
price = { usd = 9.90, jpy = 1500 }
trial_days = 14
trial_tokens = 50
app_store = "app.plus"

[packs.small]
tokens = 500
price = { jpy = 800, usd = "5" }
"""


def test_tokens_stay_unless_the_plan_says_otherwise() -> None:
    plans = read_plans(FILE + "[plans.pro]\ntokens = 1\nprice = { usd = 1 }\nrollover = false\n")
    assert (plans.items["plus"].rollover, plans.items["pro"].rollover) == (True, False)


def test_file_has_plans_and_packs_in_its_order() -> None:
    plans = read_plans(FILE)
    plus, small = plans.items["plus"], plans.items["small"]
    assert list(plans.items) == ["plus", "small"]
    assert plus.recurring
    assert plus.interval == "month"
    assert plus.tokens == 1_000_000_000
    assert plus.prices == {"usd": 990, "jpy": 1500}
    assert (plus.trial_days, plus.trial_tokens) == (14, 50_000_000)
    assert (plus.name("ja"), plus.name("fr"), small.name("ja")) == ("プラス", "Plus", "small")
    assert (small.recurring, small.interval, small.prices) == (False, "", {"jpy": 800, "usd": 500})
    assert (small.currency("usd"), small.currency("eur")) == ("usd", "jpy")
    assert plans.of_product("app_store", "app.plus") is plus
    assert plans.of_product("app_store", "") is None


@pytest.mark.parametrize(
    "wrong",
    [
        "[plans",
        "[other.a]",
        'tax = "no"',
        "[plans.a]\ntokens = 1\nprice = { usd = 1.005 }",
        "[plans.a]\ntokens = 1\nprice = { jpy = 1.5 }",
        "[plans.a]\ntokens = 1\nprice = { usd = 0 }",
        "[plans.a]\ntokens = 1\nprice = { USD = 1 }",
        "[plans.a]\ntokens = 1",
        "[plans.a]\ntokens = 0\nprice = { usd = 1 }",
        "[plans.a]\ntokens = true\nprice = { usd = 1 }",
        '[plans.a]\ntokens = 1\nprice = { usd = 1 }\ninterval = "day"',
        '[plans.a]\ntokens = 1\nprice = { usd = 1 }\nrollover = "no"',
        "[packs.a]\ntokens = 1\nprice = { usd = 1 }\nrollover = false",
        "[plans.a]\ntokens = 1\nprice = { usd = 1 }\nhue = 1",
        "[packs.a]\ntokens = 1\nprice = { usd = 1 }\ntrial_days = 1",
        "[plans.A]\ntokens = 1\nprice = { usd = 1 }",
        "[plans.a]\ntokens = 1\nprice = { usd = 1 }\n[packs.a]\ntokens = 1\nprice = { usd = 1 }",
    ],
)
def test_wrong_file_is_refused(wrong: str) -> None:
    with pytest.raises(PlansInvalid):
        read_plans(wrong)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("9.90", "usd", 990), (1500, "jpy", 1500), ("1.234", "kwd", 1234), (10, "eur", 1000)],
)
def test_amounts_are_in_the_smallest_unit(amount: object, currency: str, units: int) -> None:
    assert smallest_units(amount, currency) == units


@given(st.integers(1, 99_999_999), st.sampled_from(["usd", "jpy", "kwd"]))
def test_amount_as_people_write_it_comes_back(units: int, currency: str) -> None:
    decimals = decimals_of(currency)
    written = f"{units // 10**decimals}.{units % 10**decimals:0{decimals}}" if decimals else str(units)
    assert smallest_units(written, currency) == units


@given(st.text(max_size=8))
def test_amounts_that_are_none_are_refused_alone(text: str) -> None:
    with suppress(AmountInvalid):
        assert smallest_units(text, "usd") > 0
