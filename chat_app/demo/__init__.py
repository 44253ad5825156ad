"""`make demo`: a sample community for trials and screenshots."""

from chat_app.demo.community import fill
from chat_app.demo.errors import CannotFill

__all__ = ["CannotFill", "fill"]
