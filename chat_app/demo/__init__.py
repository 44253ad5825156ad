"""`make demo`: a sample community to try Parley with, and to photograph."""

from chat_app.demo.community import fill
from chat_app.demo.errors import CannotFill

__all__ = ["CannotFill", "fill"]
