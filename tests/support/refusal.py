"""Expecting a refusal."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from chat_app.core.kernel.errors import DomainError


@dataclass
class Refusal:
    """The refusal; filled when the block ends."""

    error: DomainError | None = None

    @property
    def details(self) -> dict[str, object]:
        assert self.error
        return self.error.details


@contextmanager
def refused(code: str) -> Iterator[Refusal]:
    """The block must raise the `DomainError` with this code."""
    refusal = Refusal()
    with pytest.raises(DomainError) as caught:
        yield refusal
    refusal.error = caught.value
    assert caught.value.code == code


async def code_of(attempt: Awaitable[object]) -> str | None:
    """The code with which something is refused; `None` where it goes well."""
    try:
        await attempt
    except DomainError as error:
        return error.code
    return None
