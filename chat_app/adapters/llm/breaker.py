"""Pause providers that fail repeatedly, by one circuit breaker for each provider."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Final

from chat_app.adapters.llm.config import LlmConfig
from chat_app.core.ai.ports.gateway import LlmError

COUNTED: Final = frozenset({"llm_unavailable", "llm_timeout"})
"""The errors of a provider that cannot be reached or has a problem of its own."""


@dataclass(slots=True)
class _Circuit:
    """A provider's failures in a row, the time of the first, and until when it is paused."""

    failures: int = 0
    since: float = 0.0
    until: float = 0.0
    probing: bool = False


class Attempt:
    """A request to a provider. Its outcome is known once it has ``answered``."""

    def __init__(self) -> None:
        self.answered = False


class Breaker:
    """Counts failures in a row by provider.

    After so many within a time the provider is paused, and then one request probes it.
    """

    def __init__(self, config: LlmConfig, now: Callable[[], float] = time.monotonic) -> None:
        self._config, self._now = config, now
        self._circuits: dict[str, _Circuit] = {}

    @contextmanager
    def attempt(self, slug: str, model: str) -> Iterator[Attempt]:
        """Watch a request to a provider. Raises ``LlmError("llm_paused")`` at once while it is paused."""
        circuit = self._circuits.setdefault(slug, _Circuit())
        probes = self._admit(circuit, model)
        attempt = Attempt()
        try:
            yield attempt
        except LlmError as error:
            if error.code in COUNTED and not attempt.answered:
                self._fail(circuit)
            raise
        finally:
            if probes:
                circuit.probing = False
            if attempt.answered:
                self.close(slug)

    def close(self, slug: str) -> None:
        """Forget the failures of a provider that works, or was replaced."""
        self._circuits.pop(slug, None)

    def paused(self) -> dict[str, int]:
        """Return the paused providers, and the seconds until each is probed; 0 while one is probed."""
        ready = self._config.failures_to_pause
        open_ones = {slug: each for slug, each in self._circuits.items() if each.failures >= ready}
        return {slug: max(0, ceil(each.until - self._now())) for slug, each in open_ones.items()}

    def _admit(self, circuit: _Circuit, model: str) -> bool:
        """Return whether the request may probe a paused provider."""
        if circuit.failures < self._config.failures_to_pause:
            return False
        wait = circuit.until - self._now()
        if wait > 0 or circuit.probing:
            raise LlmError("llm_paused", model=model, retry_after=max(1, ceil(wait)))
        circuit.probing = True
        return True

    def _fail(self, circuit: _Circuit) -> None:
        now, paused = self._now(), circuit.failures >= self._config.failures_to_pause
        if not paused and (not circuit.failures or now - circuit.since > self._config.failures_seconds):
            circuit.failures, circuit.since = 0, now
        circuit.failures += 1
        circuit.until = now + self._config.pause_seconds
