"""Events of tools."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolServersChanged:
    """A tool server has changed or was tested: every process reads all of them again."""
