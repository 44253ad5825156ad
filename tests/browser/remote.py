"""A person without a visible page: their actions come by a socket, as from a page, or by REST."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from chat_app.core.kernel.actor import Actor
from tests.browser.forger import FEED, Forger
from tests.browser.visitor import as_person
from tests.support.site import Site
from tests.support.waiting import until

CallIn = Callable[[str], Awaitable["Remote"]]


class Remote:
    """Somebody signed in without a browser. They are there as a `Visitor` is, for a twentieth of the cost."""

    def __init__(self, site: Site, name: str, session: tuple[Actor, str]) -> None:
        self.name = name
        self.actor, self.token = session
        self.api = as_person(site, self.token)
        self._socket = Forger(site, self.token)
        self._room = ""

    async def enter(self, room: Any) -> None:
        """Be in a room (a `Room` or its id), as its page would be."""
        self._room = str(getattr(room, "id", room))
        await self._socket.connect()
        await self._socket.arrive(f"/r/{self._room}")

    async def say(self, text: str) -> None:
        """Write a message."""
        sent = {"room": self._room, "text": text, "nonce": str(uuid4()), "reply_to": ""}
        await self._socket.call(f"{FEED}.send", f"/r/{self._room}", **sent)

    async def type(self) -> None:
        """Say that they are writing, as a page does with the first key."""
        await self._socket.call(f"{FEED}.typing", f"/r/{self._room}", room=self._room)

    async def hears(self, words: str) -> None:
        """Wait until the server has told them these words, which their page would show."""
        await until(lambda: words in self.heard(), 20)

    def heard(self) -> str:
        """Return all that the server has told them."""
        return json.dumps(self._socket.ops(), ensure_ascii=False)

    async def reads(self, *texts: str) -> None:
        """Wait until these are the texts of the room's messages: look whenever the socket has brought something."""
        while True:
            heard = len(self._socket.received)
            messages = (await self.api.get(f"/rooms/{self._room}/messages")).json()["items"]
            if [message["text"] for message in messages] == [*texts]:
                return
            await until(lambda heard=heard: len(self._socket.received) > heard)

    def problems(self) -> list[str]:
        """Return the refusals."""
        return [f"{self.name}: {op['code']}" for op in self._socket.ops() if op["t"] == "refused"]

    async def leave(self) -> None:
        """Hang up."""
        await self._socket.leave()
        await self.api.aclose()
