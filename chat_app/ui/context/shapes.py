"""The shapes of the context dialog's vars."""

from dataclasses import dataclass, field


@dataclass
class SeenVar:
    """A message, cut short, and why models do not see it; no ``reason`` where they do."""

    id: str
    name: str
    ai: bool
    text: str
    at: str
    veiled: bool
    """Whether the viewer has blocked its author."""
    reason: str


@dataclass
class ContextVars:
    """The context of a room now, or the one that an answer was ``given``, the newest message first.

    ``cost`` is in millionths of a US dollar, 0 where the price is unknown; ``missing`` counts the messages left out.
    """

    given: bool = False
    model: str = ""
    messages: int = 0
    tokens: int = 0
    estimated: bool = False
    cost: int = 0
    instructions: str = ""
    seen: list[SeenVar] = field(default_factory=list)
    left_out: list[SeenVar] = field(default_factory=list)
    missing: int = 0
