"""Time-outs of calls to the gateway, and the error when it cannot be reached."""

from dataclasses import dataclass

from chat_app.core.ai.ports.gateway import LlmError


@dataclass(frozen=True, slots=True)
class GatewayTimeouts:
    """The time-outs of calls to the gateway, in seconds.

    ``silence`` is the longest time without a sign of life within an answer, ``total`` the longest answer. ``listing``
    is for the list of models, for which the first page waits; ``drawing`` for a picture, with all that is asked again
    for it; ``call`` for all other calls. ``retry`` is the first pause before a gateway that did not answer is asked
    again.
    """

    silence: float = 20.0
    total: float = 1200.0
    listing: float = 5.0
    call: float = 15.0
    drawing: float = 600.0
    health: float = 2.0
    retry: float = 0.5


class GatewayAway(LlmError):
    """The gateway, or the connection to it, failed before any vendor answered."""
