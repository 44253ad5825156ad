"""Add, list and remove passkeys, and sign in by one."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field, StrictBool
from typing_extensions import TypedDict

from chat_app.api.auth import KEPT_HERE, Guest, InSession
from chat_app.api.cursors import whole
from chat_app.api.rest.account.me import me_json
from chat_app.api.rest.account.sign_in.auth import Client, SessionOut
from chat_app.api.shapes import Proof, RequestBody
from chat_app.core.accounts.queries import get_user
from chat_app.core.auth.factors.passkey_tables import Passkey
from chat_app.core.auth.passkeys.commands import add_passkey, begin_passkey, my_passkeys, rename_passkey
from chat_app.core.auth.passkeys.sign_in import ask_for_passkey, code_for_passkey, sign_in_by_passkey
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.identities.passkeys import remove_passkey
from chat_app.core.kernel.wire import PageJson, Timestamp, timestamp, timestamp_or_none

router = APIRouter(tags=["passkeys"])


class PasskeyAnswer(RequestBody):
    """The browser's answer with a passkey: `PublicKeyCredential.toJSON()`."""

    credential: dict[str, Any]


class PasskeySignIn(PasskeyAnswer):
    """With `token` the session's token is returned, and no cookie is set."""

    token: StrictBool = False


class NewPasskey(PasskeyAnswer):
    """The passkey's name, and the browser's answer."""

    name: str = Field(max_length=200)


class PasskeyRenamed(RequestBody):
    """Another name for a passkey."""

    name: str = Field(max_length=200)


class PasskeyOptionsOut(TypedDict):
    """The options for the browser's `navigator.credentials`, as JSON of WebAuthn."""

    options: dict[str, Any]


class PasskeyCodeOut(TypedDict):
    """A code that works once, within two minutes, wherever the passkey's person must enter a code."""

    code: str


class PasskeyOut(TypedDict):
    """A passkey."""

    id: str
    name: str
    created_at: Timestamp
    used_at: Timestamp | None


@router.post("/auth/passkey/options", dependencies=KEPT_HERE)
async def passkey_options(ctx: Guest, client: Client) -> PasskeyOptionsOut:
    """Return a challenge for a passkey. It is valid for five minutes."""
    return {"options": await ask_for_passkey(ctx, client.address)}


@router.post("/auth/passkey", dependencies=KEPT_HERE)
async def passkey_sign_in(body: PasskeySignIn, ctx: Guest, client: Client) -> SessionOut:
    """Begin a session by a passkey. The browser's earlier one ends."""
    actor, token = await sign_in_by_passkey(ctx, body.credential, address=client.address, user_agent=client.user_agent)
    if ctx.actor and not body.token:
        await sign_out(ctx)
    return client.sign_in(me_json(ctx, await get_user(ctx, actor.user_id)), token, as_token=body.token)


@router.post("/auth/passkey/code", dependencies=KEPT_HERE)
async def passkey_code(body: PasskeyAnswer, ctx: Guest, client: Client) -> PasskeyCodeOut:
    """Exchange a passkey's answer for a code that can be entered instead of an authenticator's code."""
    return {"code": await code_for_passkey(ctx, body.credential, address=client.address)}


@router.get("/me/passkeys")
async def list_passkeys(ctx: InSession) -> PageJson[PasskeyOut]:
    """List the person's passkeys."""
    return whole([_passkey_json(each) for each in await my_passkeys(ctx)])


@router.post("/me/passkeys/options")
async def begin_adding_passkey(body: Proof, ctx: InSession) -> PasskeyOptionsOut:
    """Begin to add a passkey: the browser makes one with these options, within five minutes."""
    return {"options": await begin_passkey(ctx, body.password, body.code)}


@router.post("/me/passkeys", status_code=201)
async def create_passkey(body: NewPasskey, ctx: InSession) -> PasskeyOut:
    """Add the passkey that the browser has made."""
    return _passkey_json(await add_passkey(ctx, body.name, body.credential))


@router.patch("/me/passkeys/{passkey_id}")
async def patch_passkey(passkey_id: str, body: PasskeyRenamed, ctx: InSession) -> PasskeyOut:
    """Rename a passkey."""
    return _passkey_json(await rename_passkey(ctx, passkey_id, body.name))


@router.delete("/me/passkeys/{passkey_id}", status_code=204)
async def delete_passkey(passkey_id: str, body: Proof, ctx: InSession) -> None:
    """Delete a passkey. Refused if it is the last way to sign in."""
    await remove_passkey(ctx, passkey_id, body.password, body.code)


def _passkey_json(passkey: Passkey) -> PasskeyOut:
    return {
        "id": str(passkey.id),
        "name": passkey.name,
        "created_at": timestamp(passkey.created_at),
        "used_at": timestamp_or_none(passkey.last_used_at),
    }
