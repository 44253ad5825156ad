"""Build the toolbox: what models may call."""

from contextlib import AsyncExitStack

from chat_app.adapters.tools.calculator import Calculator
from chat_app.adapters.tools.toolbox import BuiltinToolbox
from chat_app.core.tools.ports import Toolbox
from chat_app.settings import Settings


def open_toolbox(_settings: Settings, stops: AsyncExitStack) -> Toolbox:
    """Return the toolbox of the process: the tools that are built in."""
    toolbox = BuiltinToolbox([Calculator()])
    stops.push_async_callback(toolbox.aclose)
    return toolbox
