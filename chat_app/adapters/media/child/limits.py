"""Limits of the process, where the platform has them."""

import os
import sys
from typing import Final

MEMORY: Final = 2 * 1024**3
"""The address space in bytes: 50 million pixels take 200 MB, and a rotated copy as much."""

FILE_SIZE: Final = 1024**3
OPEN_FILES: Final = 64
NICE: Final = 10


def limit_process() -> None:
    """Limit memory and files, and let the server go first."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(NICE)
    if hasattr(os, "SCHED_BATCH"):  # it takes no core from a server that has just got work
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_FSIZE: FILE_SIZE,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in wanted.items():
        _, hard = resource.getrlimit(which)
        resource.setrlimit(which, (most, hard) if hard == resource.RLIM_INFINITY else (min(most, hard), hard))


def limit_work(seconds: float) -> None:
    """Limit the processor's time for the next file, so that the process also ends if its parent has died."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + 2 * seconds) + 1, hard))
