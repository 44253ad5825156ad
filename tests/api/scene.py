"""A room in which a person has a role, and the objects in it that a request can name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import httpx
import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import ask_in_room
from chat_app.core.ai.asking.commands import stop_answer as stop
from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import pending_invitations
from chat_app.core.kernel import context
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room
from tests.api.routes import CASES, Case
from tests.support.calls import add_waiting_call
from tests.support.factory import Factory
from tests.support.use_cases import Do


@dataclass(frozen=True)
class Scene:
    """The ids of one object of each kind, by whether messages and answers are the person's own."""

    do: Do
    ids: dict[bool, dict[str, UUID]]

    @classmethod
    async def of(cls, actor: Actor, role: Role, make: Factory, do: Do) -> Self:
        """Create a new room where the actor has the role."""
        master = actor if role is Role.MASTER else await make.actor()
        room = await make.room({Role.MASTER: master, role: actor})
        if role is Role.MASTER:  # what is not the actor's own is somebody else's, who may do as much as can be
            master = await make.actor()
            await make.join(room, master, Role.ADMIN)
        ids = {}
        for own in (False, True):
            names = sorted(set().union(*(case.names() for case in CASES if case.own is own)))
            named = _Named(make, do, room, master, actor if own else master)
            ids[own] = {name: await getattr(named, name)() for name in names}
        return cls(do, ids)

    async def answer(self, client: httpx.AsyncClient, case: Case) -> httpx.Response:
        """Return the answer to the case's request, and undo its changes."""
        ids = self.ids[case.own]
        body = case.body and {
            key: value.format_map(ids) if isinstance(value, str) else value for key, value in case.body.items()
        }
        async with self._undone():
            return await client.request(case.method, case.path.format_map(ids), json=body)

    @asynccontextmanager
    async def _undone(self) -> AsyncIterator[None]:
        """Have the process's transactions be savepoints of one, which is rolled back."""
        with pytest.MonkeyPatch.context() as patch:
            async with self.do.undone() as do:
                patch.setattr(self.do.work, "sessions", do.work.sessions)
                patch.setattr(context, "_AUTOCOMMIT", {})  # what reads by itself reads within the transaction too
                yield


@dataclass(frozen=True)
class _Named:
    """Creates the objects that a request can name, in a room with a master or admin, and gives their ids."""

    make: Factory
    do: Do
    place: Room
    master: Actor
    author: Actor

    async def room(self) -> UUID:
        return self.place.id

    async def message(self) -> UUID:
        return (await self.make.message(self.place, self.author)).id

    async def file(self) -> UUID:
        """Make a file that was sent."""
        message = await self.make.message(self.place, self.author)
        return await self._file(message_id=message.id, status="ready", thumbnails=1)

    async def words(self) -> UUID:
        """Make a text file that was sent."""
        message = await self.make.message(self.place, self.author)
        file = await self._file(message_id=message.id, status="ready", kind="text")
        async with self.make.work.begin() as ctx:
            ctx.db.add(AttachmentPage(attachment_id=file, n=1, text="Hello"))
        return file

    async def draft(self) -> UUID:
        """Make a file that is being uploaded."""
        return await self._file()

    async def _file(self, **fields: Any) -> UUID:
        async with self.make.work.begin() as ctx:
            file = Attachment(
                room_id=self.place.id,
                uploader_id=self.author.user_id,
                name="a.png",
                declared_type="image/png",
                mime_type="image/png",
                size=1,
                created_at=ctx.now,
                sent_at=ctx.now if fields else None,
                **{"kind": "image", **fields},
            )
            ctx.db.add(file)
        return file.id

    async def answer(self) -> UUID:
        """Queue an answer, whose asker may have a role that can no longer ask."""
        view = await self.do(self.master, ask_in_room, self.place.id)
        async with self.make.work.begin() as ctx:
            (await ctx.db.get_one(Message, view.id)).asked_by_id = self.author.user_id
        return view.id

    async def stopped(self) -> UUID:
        answer = await self.answer()
        await self.do(self.master, stop, answer)
        return answer

    async def cut(self) -> UUID:
        answer = await self.stopped()
        async with self.make.work.begin() as ctx:
            (await ctx.db.get_one(Message, answer)).text = "Half an ans"
        return answer

    async def written(self) -> UUID:
        """Make an answer with a branch."""
        answer = await self.make.message(self.place, None, "Yes", asked_by_id=self.author.user_id)
        async with self.make.work.begin() as ctx:
            (await ctx.db.get_one(Message, answer.id)).branches = [1, 2]
            branch = MessageBranch(message_id=answer.id, n=2, text="No", status="complete", created_at=ctx.now)
            ctx.db.add(branch)
        return answer.id

    async def call(self) -> UUID:
        """Have an answer wait for the approval of a tool call."""
        answer = await self.make.message(self.place, None, asked_by_id=self.author.user_id)
        async with self.make.work.begin() as ctx:
            return (await add_waiting_call(ctx, await ctx.db.get_one(Message, answer.id))).id

    async def link(self) -> UUID:
        return (await self.do(self.master, create_invite_link, self.place.id)).id

    async def user(self) -> UUID:
        user = await self.make.actor()
        await self.make.join(self.place, user, Role.READER)
        return user.user_id

    async def waiting(self) -> UUID:
        waiting = await self.make.actor()
        await self.make.waiting(self.place, waiting)
        return waiting.user_id

    async def invitation(self) -> UUID:
        await self.do(self.master, invite, self.place.id, str((await self.make.actor()).user_id))
        [invitation] = await self.do(self.master, pending_invitations, self.place.id)
        return invitation.id
