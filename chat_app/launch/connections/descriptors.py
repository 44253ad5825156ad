"""Raise the limit of open descriptors as far as the system allows, and warn if it is low."""

import os
import resource
from typing import Final

import structlog

from chat_app.launch.connections.admission import descriptor_limit
from chat_app.traffic.tally import tally

MOST: Final = 1 << 20
FEW: Final = 4096
"""Every open tab needs one."""

NEAR: Final = 0.8

log = structlog.get_logger()


def raise_limit() -> None:
    """Raise the soft limit to the hard one, and warn if that is low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < most:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        except (OSError, ValueError) as error:  # macOS has a lower one of its own
            log.warning("descriptor_limit_not_raised", error=type(error).__name__)
    if descriptor_limit() < FEW:
        log.warning("few_descriptors", limit=descriptor_limit(), advice="raise the limit of open files (ulimit -Hn)")


def watch() -> None:
    """Warn when few descriptors are left. A new one has the lowest free number."""
    try:
        lowest = os.dup(2)
    except OSError:
        tally.add("descriptors_used_up")
        return
    os.close(lowest)
    if lowest > NEAR * descriptor_limit():
        tally.add("descriptors_run_short")
