"""Build what looks into files."""

from contextlib import AsyncExitStack

from chat_app.adapters.media.clamd import Clamd
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.core.files.storage.ports import Scanner
from chat_app.settings import Settings


def open_examiner(stops: AsyncExitStack) -> ProcessExaminer:
    """Return the examiner. Starts no process yet."""
    examiner = ProcessExaminer()
    stops.push_async_callback(examiner.aclose)
    return examiner


def build_scanner(settings: Settings) -> Scanner | None:
    """Return the virus scanner, if one is set."""
    return Clamd(settings.clamd_url) if settings.clamd_url else None
