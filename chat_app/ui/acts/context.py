"""The shapes of the context dialog's vars."""

from dataclasses import dataclass, field


@dataclass
class SeenVar:
    """A message, shortened, and the ``reason`` for which models do not see it, or ""."""

    id: str
    name: str
    ai: bool
    text: str
    at: str
    veiled: bool
    """Whether the viewer has blocked the author."""
    reason: str
    pinned: bool = False


@dataclass
class SummaryVar:
    """A summary in place of so many ``messages``; without ``text`` where it is outdated."""

    text: str
    messages: int
    tokens: int
    until: str


@dataclass
class ContextVars:
    """The present context of a room, or the context that an answer was ``given``, the newest message first.

    ``cost`` is in millionths of a US dollar, 0 if the price is unknown; ``missing`` is the number of messages left out.
    """

    given: bool = False
    model: str = ""
    assistant: str = ""
    messages: int = 0
    files: int = 0
    tokens: int = 0
    estimated: bool = False
    cost: int = 0
    instructions: str = ""
    system: str = ""
    """All that the model is told with instructions that are being typed."""
    summary: SummaryVar | None = None
    seen: list[SeenVar] = field(default_factory=list)
    left_out: list[SeenVar] = field(default_factory=list)
    missing: int = 0


@dataclass
class DecisionVar:
    """A decision about a message, which is cut short; ``outcome`` is the choice, or ``dropped``.

    ``why`` is the model's reason, ``error`` the code of why nothing was done. ``cost`` is in millionths of a US dollar,
    0 if it is unknown.
    """

    message: str
    text: str
    veiled: bool
    """Whether the viewer has blocked the message's author."""
    outcome: str
    why: str
    error: str
    emoji: str
    model: str
    tokens: int
    cost: int
    at: str


@dataclass
class DecisionsVars:
    """The newest decisions of a room's AI."""

    made: list[DecisionVar] = field(default_factory=list)
