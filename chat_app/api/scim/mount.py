"""Build the SCIM API at its first request: its library takes 14 MiB, which sites without a directory never need."""

import asyncio
from functools import cached_property
from importlib import import_module

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send


class Scim:
    """The SCIM API, with the ``state`` of the API that it is part of."""

    def __init__(self, state: State) -> None:
        self._state = state

    @cached_property
    def _app(self) -> ASGIApp:
        app: FastAPI = import_module("chat_app.api.scim.app").build_scim()
        app.state = self._state
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if "_app" not in self.__dict__:  # loading takes long; once it is there, no thread is asked
            await asyncio.to_thread(lambda: self._app)
        await self._app(scope, receive, send)
