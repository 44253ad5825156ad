"""The shapes of usage in pages, and how they are made of what use cases give."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from chat_app.core.billing.tables import CREDIT
from chat_app.core.billing.wire import BalanceJson, TransactionJson, UsageJson, UsagePageJson

SHOWN: Final = 50
"""Rows of a table at most: the dearest."""

TYPED_MAX: Final = 40
_AMOUNT: Final = re.compile(r"(\d{1,3}(,\d{3}){1,3}|\d{1,12})(\.\d{1,6}0*)?", re.ASCII)
_HUNDREDTH: Final = CREDIT // 100

PERCENTS: Final = ("50", "80", "90", "100")
"""The parts of a budget at which people may be alerted."""

GROUPINGS: Final = ("day", "model", "room", "person", "work")
PERIODS: Final = ("7", "30", "90", "365")
_MILLION: Final = 1_000_000


@dataclass
class BarVar:
    """Show what models did, of one thing: ``key`` is a day or a kind of work, ``label`` a name, empty if it is
    unknown.

    ``cost`` is in US dollars, ``credits`` in token credits; ``share`` is its part of the greatest, in percent.
    """

    key: str
    label: str
    times: int
    tokens: int
    cost: float
    credits: float
    share: int


@dataclass
class BarsVar:
    """Show what models did, by one thing, and all together."""

    by: str = "day"
    days: str = "30"
    rows: list[BarVar] = field(default_factory=list)
    total: BarVar = field(default_factory=lambda: BarVar("", "", 0, 0, 0, 0, 0))


@dataclass
class BalanceVar:
    """A balance, in token credits; ``billing`` is how the site counts."""

    available: float = 0
    reserved: float = 0
    billing: str = "off"


@dataclass
class TransactionVar:
    """A change of the balance, in token credits."""

    id: str
    kind: str
    amount: float
    missing: float
    at: str
    expires: str
    person: str
    """Who gave the credits, or got them."""


def micro_units(text: str, finest: int = _HUNDREDTH) -> int:
    """Return an amount of credits that was typed, in micro-units; 0 for what is none, which no use case takes.

    What is not a multiple of the ``finest`` is none: pages show no less of a balance than a hundredth, so that what was
    given and what is shown there agree.
    """
    typed = unicodedata.normalize("NFKC", text[:TYPED_MAX]).strip()
    if not _AMOUNT.fullmatch(typed):
        return 0
    amount = int(Decimal(typed.replace(",", "")) * CREDIT)
    return 0 if amount % finest else amount


def bars_var(page: UsagePageJson, today: date, models: Mapping[str, str]) -> BarsVar:
    """Return a table of usage; every day has a row, also one on which nothing was done."""
    items = {item["key"]: item for item in page["items"]}
    most = max((_weight(item) for item in items.values()), default=0)
    keys = list(items)[:SHOWN]
    if page["by"] == "day":
        first = today - timedelta(days=page["days"] - 1)
        keys = [str(first + timedelta(days=n)) for n in range(page["days"])][-SHOWN:]
    rows = [_bar(items.get(key, _nothing(key)), most, models) for key in keys]
    return BarsVar(page["by"], str(page["days"]), rows, _bar(page["total"], 0, {}))


def balance_var(balance: BalanceJson) -> BalanceVar:
    """Return a balance as pages show it."""
    return BalanceVar(balance["available"] / CREDIT, balance["reserved"] / CREDIT, balance["billing"])


def transaction_var(row: TransactionJson) -> TransactionVar:
    """Return a transaction as pages show it."""
    amounts = (row["amount"] / CREDIT, row["missing"] / CREDIT)
    kind = "trial" if row["trial"] else row["kind"]
    person = row["person"]["name"] if row["person"] else ""
    return TransactionVar(row["id"], kind, *amounts, row["at"], row["expires_at"] or "", person)


def _bar(item: UsageJson, most: int, models: Mapping[str, str]) -> BarVar:
    return BarVar(
        key=item["key"],
        label=item["label"] or models.get(item["key"], ""),
        times=item["times"],
        tokens=item["prompt_tokens"] + item["completion_tokens"],
        cost=item["cost"] / _MILLION,
        credits=item["charged"] / CREDIT,
        share=-(-100 * _weight(item) // most) if most else 0,
    )


def _weight(item: UsageJson) -> int:
    """Return the value of a bar: tokens, which all usage has, also usage without a cost."""
    return item["prompt_tokens"] + item["completion_tokens"]


def _nothing(key: str) -> UsageJson:
    return {
        "key": key,
        "label": "",
        "times": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "cost": 0,
        "charged": 0,
    }
