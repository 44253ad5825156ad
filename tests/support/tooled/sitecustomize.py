"""Loaded by a server of the browser tests: its calculator waits for approval where that is asked for."""

from chat_app.adapters.tools.calculator import Calculator

Calculator.needs_approval = lambda _self, arguments: arguments.get("send") is True  # type: ignore[method-assign]
