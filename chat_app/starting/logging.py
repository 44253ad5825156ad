"""Write logs: one JSON object per line on standard error, with the request's id and without people's texts.

The handler of a request binds its id by `structlog.contextvars.bind_contextvars(request_id=…)`.
"""

import logging
import re
import sys
import traceback
from pathlib import Path

import structlog
from structlog.typing import ExcInfo, Processor


def _type_and_frames(exc_info: ExcInfo) -> str:
    """Return an error without its message, which may contain people's texts: its type and its frames."""
    frames = traceback.extract_tb(exc_info[2])
    return " > ".join([exc_info[0].__name__, *(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)])


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(_type_and_frames),
]

_TELLS_ADDRESSES = ("httpx", "httpx2", "uvicorn.error")
"""Libraries that log every request with its query string, below warnings."""

_WHOLE_EVENT = re.compile(r"(Event data: |Event\().*", re.DOTALL)
"""Matches where Reflex's records quote an unusable event, with all its text."""

_PRINT_THEMSELVES = ("engineio.server", "socketio.server")
"""Libraries that add a plain-text handler to a logger whose level is not set."""


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """Return whether a record is something other than uvicorn's complaint about a handshake answered with a status."""
    return record.msg != "ASGI callable returned without completing handshake."


def _without_event(record: logging.LogRecord) -> bool:
    """Remove the quoted event from a record, and LiteLLM's mark of those that it has seen, and let it pass."""
    record.__dict__.pop("litellm_redacted", None)
    if record.name.startswith("reflex"):
        record.msg, record.args = _WHOLE_EVENT.sub(r"\1…", record.getMessage()), ()
    return True


def configure_logging(level: str) -> None:
    """Send the records of this program and of its libraries through one JSON formatter, from `level` upward."""
    handler = logging.StreamHandler(sys.stderr)
    render: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    handler.addFilter(_without_event)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=render))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for library in _TELLS_ADDRESSES:
        logging.getLogger(library).setLevel(logging.WARNING)
    for library in _PRINT_THEMSELVES:
        logging.getLogger(library).setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(_is_no_refusal)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
