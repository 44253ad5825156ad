"""Handle a tab's event as its person; send errors to the tab instead of raising them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

import reflex as rx

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, Invalid
from chat_app.core.kernel.ids import parse_id
from chat_app.core.kernel.texts.cleaning import storable
from chat_app.core.live.ops.outcomes import DoneOp, OnceOp, RefusedOp, ToastOp
from chat_app.core.live.ports import Op
from chat_app.ui.session import acting
from chat_app.ui.transport.sockets.early import Read
from chat_app.ui.transport.sockets.sending import sockets


def socket_of(state: rx.State) -> str:
    """Return the id of the socket that the event came by."""
    return state.rx_router_session.session_id


@asynccontextmanager
async def answering(state: rx.State, about: str) -> AsyncIterator[Context]:
    """Open a unit of work as the tab's person.

    A domain error rolls it back and is sent to the tab as a ``refused`` op with its subject ``about``: the nonce or the
    id in the event. An error before the unit of work begins ends the event.
    """
    begun = False
    try:
        async with acting(state) as ctx:
            begun = True
            yield ctx
    except DomainError as error:
        await refuse(state, about, error)
        if not begun:
            raise


async def refuse(state: rx.State, about: str, error: DomainError) -> None:
    """Send the tab a refusal, with its reason."""
    refused: RefusedOp = {"t": "refused", "about": storable(about)[:64], "code": error.code, "details": error.details}
    await sockets.send(socket_of(state), refused)


def answer(ctx: Context, state: rx.State, *ops: Op) -> None:
    """Send the tab the requested data, once the transaction has committed."""
    ctx.after_commit(partial(sockets.answer, socket_of(state), ctx.me.session_id, *ops))


async def answer_here(ctx: Context, state: rx.State, read: Read) -> None:
    """Send the tab what is of no room: once it has arrived, if it asks before."""
    sid, session_id = socket_of(state), ctx.me.session_id
    if not sockets.has_arrived(sid, session_id):
        return sockets.early.keep(sid, session_id, read)
    answer(ctx, state, await read(ctx))


def show_once(ctx: Context, state: rx.State, op: OnceOp) -> None:
    """Show the tab a result that cannot be requested again, after the commit; even if the tab has not arrived yet.

    A tab arrives again seconds after its connection was lost, and its queued events come first.
    """
    ctx.after_commit(partial(sockets.send, socket_of(state), op))


def close_dialog(ctx: Context, state: rx.State, dialog: str) -> None:
    """Close a dialog of the tab after the commit.

    This is an op and not a script, because the content security policy forbids evaluating text.
    """
    done: DoneOp = {"t": "done", "dialog": dialog}
    ctx.after_commit(partial(sockets.send, socket_of(state), done))


def say(ctx: Context, state: rx.State, key: str, **values: object) -> None:
    """Show the tab the text ``key`` of the catalogue for a while, after the commit."""
    said: ToastOp = {"t": "toast", "key": key, "values": values}
    ctx.after_commit(partial(sockets.send, socket_of(state), said))


class _BadNonce(Invalid):
    default_code = "nonce_invalid"


def read_nonce(value: str) -> UUID:
    """Return the nonce that a tab has made, by which a message is posted once."""
    return parse_id(value, _BadNonce)
