"""Amounts of credits that people type."""

import pytest

from chat_app.ui.usage.shapes import micro_units


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12.34", 12_340_000),
        ("1,000.5", 1_000_500_000),
        ("12.340", 12_340_000),
        ("１２．５", 12_500_000),
        ("12,5", 0),
        ("1_0", 0),
        ("12.345", 0),
        ("0.001", 0),
        ("0", 0),
        ("-1", 0),
        ("1e999999", 0),
        ("NaN", 0),
        ("many", 0),
    ],
)
def test_amount_is_taken_as_it_is_shown_or_not_at_all(typed: str, amount: int) -> None:
    assert micro_units(typed) == amount
