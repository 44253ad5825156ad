"""`make demo`: a sample community to try Parley with, and to photograph."""

from chat_app.demo.community import fill

__all__ = ["fill"]
