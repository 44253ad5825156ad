"""Handles: the names by which messages call models, as in ``@sonnet-5.5``. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import Final

from chat_app.core.accounts.rules import RESERVED, USERNAME
from chat_app.core.ai.ports.gateway import ModelInfo

HANDLE_MAX: Final = 30
"""Characters of a handle. It has the form of a username, so that texts call models as they call people."""

_APART: Final = re.compile(r"[^a-z0-9.]+")


def handles_of(offered: Sequence[ModelInfo]) -> Mapping[str, str]:
    """Return the handle of each model, by its id.

    A handle is the model's label in lower case, reduced to letters, digits, ``.`` and ``-``. If several models have one
    label, the first by id gets the plain handle, and the others get one with the name of their connection. So the order
    of the models has no effect, and a new model changes only models with the same label and a later id.
    """
    return _handles(tuple(sorted((model.id, model.label) for model in offered)))


def models_by_handle(offered: Sequence[ModelInfo]) -> dict[str, ModelInfo]:
    """Return the models by their handles."""
    handles = handles_of(offered)
    return {handles[model.id]: model for model in offered}


@lru_cache(maxsize=8)
def _handles(named: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    taken = set(RESERVED)
    for model_id, label in named:
        handle = next(each for each in _candidates(model_id, label) if each not in taken and USERNAME.fullmatch(each))
        taken.add(handle)
        found[model_id] = handle
    return MappingProxyType(found)


def _candidates(model_id: str, label: str) -> Iterator[str]:
    connection, _, name = model_id.partition("/")
    short = _plain(label) or _plain(name) or "model"
    yield _joined(short, "")
    yield _joined(short, _plain(connection))
    for number in count(2):
        yield _joined(short, str(number))


def _plain(label: str) -> str:
    """Return a label as a handle has it, without the names of owners before a slash."""
    shown = unicodedata.normalize("NFKC", label).lower().strip().removesuffix(":latest")
    return _APART.sub("-", shown.rstrip("/").rsplit("/", 1)[-1]).strip(".-")


def _joined(short: str, more: str) -> str:
    if not more:
        return short[:HANDLE_MAX].rstrip(".-")
    more = more[: HANDLE_MAX // 2].rstrip(".-")
    return f"{short[: HANDLE_MAX - len(more) - 1].rstrip('.-')}-{more}"
