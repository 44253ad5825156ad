"""The plans and packs that the site offers, as its plans file names them."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from chat_app.core.payments.money import AmountInvalid, smallest_units

MICRO: Final = 1_000_000
"""The micro-units of one token credit."""

TAXES: Final = ("", "inclusive", "exclusive")
INTERVALS: Final = ("month", "year")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_CURRENCY: Final = re.compile(r"[a-z]{3}")
_OF_PLAN: Final = frozenset(
    ("name", "tokens", "price", "interval", "trial_days", "trial_tokens", "rollover", "app_store", "google_play")
)
_OF_PACK: Final = frozenset(("name", "tokens", "price", "app_store", "google_play"))
_GROUPS: Final = {"plans": _OF_PLAN, "packs": _OF_PACK}
_TRIAL_MAX: Final = 730


class PlansInvalid(Exception):
    """The plans file cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Item:
    """A plan, which is subscribed to, or a pack, which is bought once."""

    id: str
    recurring: bool
    names: Mapping[str, str]
    """By language."""
    tokens: int
    """Micro-units that each paid period, or the pack, gives."""
    prices: Mapping[str, int]
    """In the smallest unit, by currency. The first is offered where a person's own is not among them."""
    interval: str = ""
    trial_days: int = 0
    trial_tokens: int = 0
    rollover: bool = True
    """Whether tokens that a period leaves unspent stay; else they expire with it."""
    products: Mapping[str, str] = field(default_factory=dict)
    """Its ids in the stores, by rail."""

    def name(self, locale: str) -> str:
        """Return the name in a language, or else the first name."""
        return self.names.get(locale) or next(iter(self.names.values()))

    def currency(self, wanted: str) -> str:
        """Return the wanted currency, if the item has a price in it, or else its first currency."""
        return wanted if wanted in self.prices else next(iter(self.prices))


@dataclass(frozen=True, slots=True)
class Plans:
    """All that the site offers, in the order of the file."""

    items: Mapping[str, Item] = field(default_factory=dict)
    tax: str = ""
    """Whether prices have the tax in them: *inclusive*, *exclusive*, or "" as Stripe's own setting says."""

    def of_product(self, rail: str, product: str) -> Item | None:
        """Return the item that a product of a store is."""
        return next((each for each in self.items.values() if product and each.products.get(rail) == product), None)


def read_plans(text: str) -> Plans:
    """Read a plans file. Raises :class:`PlansInvalid`."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PlansInvalid(str(error)) from None
    tax = data.pop("tax", "")
    if tax not in TAXES or set(data) - set(_GROUPS):
        raise PlansInvalid(f"has [plans.…], [packs.…] and tax ({', '.join(TAXES[1:])}), nothing else")
    items: dict[str, Item] = {}
    for group, known in _GROUPS.items():
        for item in _items(group, data.get(group, {}), known):
            if item.id in items:
                raise PlansInvalid(f"{group}.{item.id}: this id is taken")
            items[item.id] = item
    return Plans(items, tax)


def _items(group: str, entries: Any, known: frozenset[str]) -> Iterator[Item]:
    for id_, entry in entries.items() if isinstance(entries, dict) else ():
        place = f"{group}.{id_}"
        if not _ID.fullmatch(id_) or not isinstance(entry, dict):
            raise PlansInvalid(f"{place}: an id has a-z, 0-9, - and _, at most 40")
        if unknown := sorted(set(entry) - known):
            raise PlansInvalid(f"{place}: there is no {unknown[0]}; there is {', '.join(sorted(known))}")
        yield _item(place, id_, entry, recurring=group == "plans")


def _item(place: str, id_: str, entry: Mapping[str, Any], *, recurring: bool) -> Item:
    name = entry.get("name", id_)
    interval = entry.get("interval", "month") if recurring else ""
    if recurring and interval not in INTERVALS:
        raise PlansInvalid(f"{place}.interval: {' or '.join(INTERVALS)}")
    rollover = entry.get("rollover", True)
    if not isinstance(rollover, bool):
        raise PlansInvalid(f"{place}.rollover: true or false")
    return Item(
        id_,
        recurring,
        {str(key): str(word) for key, word in name.items()} if isinstance(name, dict) and name else {"en": str(name)},
        _number(place, entry, "tokens", least=1) * MICRO,
        _prices(place, entry.get("price")),
        interval,
        _number(place, entry, "trial_days", most=_TRIAL_MAX),
        _number(place, entry, "trial_tokens") * MICRO,
        rollover,
        {rail: str(entry[rail]) for rail in ("app_store", "google_play") if entry.get(rail)},
    )


def _number(place: str, entry: Mapping[str, Any], name: str, *, least: int = 0, most: int = 10**12) -> int:
    value = entry.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise PlansInvalid(f"{place}.{name}: a whole number from {least} to {most}")
    return value


def _prices(place: str, prices: Any) -> dict[str, int]:
    if not isinstance(prices, dict) or not prices or not all(_CURRENCY.fullmatch(each) for each in prices):
        raise PlansInvalid(f'{place}.price: amounts by currency, as in {{ usd = "9.90", jpy = 1500 }}')
    try:
        return {currency: smallest_units(amount, currency) for currency, amount in prices.items()}
    except AmountInvalid as error:
        raise PlansInvalid(
            f"{place}.price: {error.details['amount']} is no price in {error.details['currency']}"
        ) from None
