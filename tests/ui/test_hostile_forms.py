"""What no page of ours sends is refused, or left out, before anything is computed with it."""

import pytest

from chat_app.core.billing.budgets.commands import BudgetWish
from chat_app.core.kernel.errors import Invalid
from chat_app.ui.support.state import filter_of
from chat_app.ui.usage.budget_state import wish_of


@pytest.mark.parametrize("day", ["9999-12-31", "2026-02-30", "²"])
def test_invalid_day_of_a_filter_is_refused(day: str) -> None:
    with pytest.raises(Invalid):
        filter_of({"until": day})


def test_percentages_that_a_form_does_not_have_are_left_out() -> None:
    assert wish_of({"amount": "5", "alerts": ["²", "9" * 5_000, "80", {}]}) == BudgetWish(5_000_000, False, [80])


def test_a_budget_that_a_program_has_set_can_be_saved_as_it_is_shown() -> None:
    assert wish_of({"amount": "1,000.001234", "hard": "hard"}) == BudgetWish(1_000_001_234, True, [])
    assert wish_of({"amount": "0.0000001"}).amount == 0
