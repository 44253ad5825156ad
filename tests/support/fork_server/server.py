"""The fork server: import what servers are made of, then fork for each process that is asked for.

A server of Parley spends five seconds on imports, and as many on LiteLLM's. Here one process does it for all that the
processes of a test run start. The child goes on as `python -m MODULE` would, with its own environment, folder and
outputs.
"""

import asyncio
import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import site
import socket
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

from starlette.types import Message

from chat_app.adapters.llm.loading import import_all
from chat_app.api import app as app_of_the_api

LIBRARIES = ("chat_app.launch.commands", "chat_app.launch.server", "chat_app.api.app", "chat_app.gateway.server")
"""What is imported before the fork: nothing that reads a setting at its import."""
REQUEST_BYTES = 1 << 18


def main(listener: socket.socket) -> None:
    """Import the libraries, then fork for each request until all have left who make them. A child runs its module."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for pytest, which ends what it has started
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the watchers leave no zombies
    for name in LIBRARIES:
        importlib.import_module(name)
    import_all()
    asyncio.run(_analyse_the_api())
    gc.freeze()
    ends = [listener]
    for data, descriptors in _requests(ends):
        here = _forked(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        if here:
            for end in ends:
                end.close()
            _run(json.loads(data))


async def _analyse_the_api() -> None:
    """Build the API, which depends on no setting, and have it analyse its endpoints, as it does at its first request.

    The children take this one: it is a second's work for each of them otherwise.
    """
    api = app_of_the_api.build_api()
    app_of_the_api.build_api = lambda: api
    status: list[int] = []

    async def hear(message: Message) -> None:
        status.append(message.get("status", 0))

    scope = {"type": "http", "method": "GET", "path": "/no/such/path", "headers": [], "query_string": b""}
    await api(scope, asyncio.Event().wait, hear)  # type: ignore[arg-type]
    assert status[0] == 404, status


def _requests(ends: list[socket.socket]) -> Iterator[tuple[bytes, list[int]]]:
    """Yield requests, each with the descriptors for the output, the errors and the status of what it starts.

    The first of the ends listens; those of who makes requests come and go.
    """
    listener = ends[0]
    ends.append(listener.accept()[0])
    while len(ends) > 1:
        for end in select.select(ends, [], [])[0]:
            if end is listener:
                ends.append(listener.accept()[0])
                continue
            data, descriptors, *_ = socket.recv_fds(end, REQUEST_BYTES, 3)
            if data:
                yield data, descriptors
            else:
                ends.remove(end)


def _forked(output: int, errors: int, status: int) -> bool:
    """Fork a watcher and, by it, the child; return whether this is the child.

    The watcher writes the child's process id into `status`, and its exit code when it has ended.
    """
    if os.fork():
        return False
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if child := os.fork():
        os.close(output)
        os.close(errors)
        os.write(status, f"{child}\n".encode())
        os.write(status, f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n".encode())
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    return True


def _run(request: dict[str, Any]) -> NoReturn:
    """Run the module as the main one, and end.

    The interpreter is not taken down object by object: that would copy all pages of memory that the fork shares.
    """
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    if more := os.environ.get("PYTHONPATH"):
        # What Python does at a start with that variable.
        sys.path[:0] = more.split(os.pathsep)
        site.execsitecustomize()
    sys.argv = [request["module"], *request["arguments"]]
    code = 0
    try:
        runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
