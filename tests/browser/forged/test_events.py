"""Every event handler, called by people without access to the room, with arbitrary arguments."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import reflex as rx
from socketio.exceptions import ConnectionError as HandshakeRefused
from sqlalchemy import select
from sqlmodel import col

from chat_app.chat_app import app
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.ai.tables import AiRun
from chat_app.core.assistants.commands import create_assistant
from chat_app.core.assistants.tables import Assistant
from chat_app.core.auth.tables import ApiToken, Authenticator, UserSession
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.groups.tables import Group
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import pending_invitations
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.actor import Actor
from chat_app.core.mail.tables import Mail
from chat_app.core.messages.tables import Message
from chat_app.core.people.contacts import add_contact
from chat_app.core.people.tables import Block
from chat_app.core.prompts.commands import create_prompt
from chat_app.core.prompts.tables import SavedPrompt
from chat_app.core.rooms.membership.tables import Ban, JoinRequest
from chat_app.core.rooms.tables import Member, Room, RoomInvitation
from chat_app.core.safety.commands import report_message
from chat_app.core.safety.tables import Report
from tests.browser.forger import FEED, JOIN, ROOMS, Forger
from tests.support.factory import Factory
from tests.support.site import Site
from tests.support.waiting import until

JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    "",
    "x" * 100_000,
    "\ud800",
    "\x00",
    "'; DROP TABLE users; --",
    [],
    [[[[[[[[]]]]]]]],
    {},
    {"room": {"id": []}, "__proto__": {"admin": True}},
    [None] * 1000,
    {"name": [], "email": 7, "password": "\ud800", "code": {}, "scopes": [{}, []], "days": "one", "about": None},
]


def handlers() -> Iterator[tuple[str, list[str]]]:
    """Every event handler of every state, Reflex's own too, with its parameters."""
    states = [app._state or rx.State]
    while states:
        state = states.pop()
        states += state.get_substates()
        for name, handler in state.event_handlers.items():
            yield f"{state.get_full_name()}.{name}", list(inspect.signature(handler.fn).parameters)[1:]


HANDLERS = sorted(handlers())
HYDRATE = f"{rx.State.get_full_name()}.hydrate_and_load"
PAGES = [f"/{route}" for route in app._unevaluated_pages if "[" not in route]


@dataclass
class Victim:
    """Aiko's room, with all ids that an attacker could use, and all texts that must stay secret."""

    actor: Actor
    token: str
    ids: dict[str, str]
    secrets: list[str]

    def payload(self, parameters: list[str]) -> dict[str, Any]:
        """Values that would do harm, if these parameters were trusted."""
        form = {"room": self.ids["room"], "name": "Forged", "description": "Forged", "role": "admin"}
        form |= {"email": "forged@example.com", "password": "guess", "new_password": "seven quiet herons"}
        form |= {"code": "000000", "scopes": ["read"], "days": "1", "provider": "oidc"}
        form |= {"heir": self.ids["member"], "to": "forged@example.com", "group": self.ids["group"]}
        form |= {"about": f"message {self.ids['message']}", "reason": "spam", "who": self.ids["member"]}
        form |= {"handle": "forged", "instructions": "Forged", "model": "", "shared": "yes", "site": "yes"}
        form |= {"prompt": self.ids["prompt"], "text": "Forged", "value:word": "Forged"}
        known = {
            **self.ids,
            "text": "Forged @ai",
            "nonce": str(uuid4()),
            "reply_to": self.ids["message"],
            "fields": form,
        }
        known |= {"rev": 0, "before": 10**6, "seq": 10**6, "rule": "never", "model": "", "archived": True}
        known |= {"user": self.ids["member"], "right": "ask_ai", "seconds": "30", "wanted": True}
        known |= {"what": "theme", "value": "dark", "on": False}
        known |= {"vars": {f"{FEED}.is_hydrated": False}}
        return {name: known.get(name, self.ids["room"]) for name in parameters}


@pytest.fixture(autouse=True)
def _logged(site: Site) -> Iterator[None]:
    """Check that the log has only short lines of JSON about odd packets, without other people's texts."""
    yield
    records = site.new_errors()
    assert "event_failed" not in {record["event"] for record in records}
    assert {record["logger"].partition(".")[0] for record in records} <= {"chat_app", "engineio", "reflex_base"}
    assert all(len(repr(record)) < 5_000 for record in records)
    assert "Secret" not in repr(records)


@pytest.fixture
async def victim(make: Factory) -> Victim:
    actor, token = await make.signed_in(name="Aiko Tanaka-Secret")
    room = await make.room({Role.MASTER: actor}, name="Secret plans", description="Secret purpose")
    message = await make.message(room, actor, "Secret words")
    answer = await make.message(room, None, "Secret answer", status="complete", asked_by_id=actor.user_id)
    async with make.work.begin(actor) as ctx:
        link = await create_invite_link(ctx, str(room.id))
    member, waiting = await make.actor(name="Ben Secret"), await make.actor(name="Chloe Secret")
    await make.join(room, member)
    await make.waiting(room, waiting)
    async with make.work.begin(actor) as ctx:
        group = await create_group(ctx, "Secret friends")
        await add_to_group(ctx, group.id, waiting.person.username)
        await invite(ctx, room.id, waiting.person.username)
        await add_contact(ctx, waiting.person.username)
        [invitation] = await pending_invitations(ctx, room.id)
    ids = {"room": str(room.id), "message": str(message.id), "link": str(link.id), "member": str(member.user_id)}
    async with make.work.begin() as ctx:
        about = {"user_id": actor.user_id, "token_hash": uuid4().bytes, "scopes": ["read"], "created_at": ctx.now}
        ctx.db.add(api := ApiToken(name="Secret bot", **about))
    ids |= {"session": str(actor.session_id), "token": str(api.id)}
    async with make.work.begin(member) as ctx:
        report = await report_message(ctx, message.id, "spam", "Secret note")
    async with make.work.begin(actor) as ctx:
        assistant = await create_assistant(ctx, "secret", "Secret assistant", instructions="Secret instructions")
        prompt = await create_prompt(ctx, "secret", "Secret prompt {{word}}")
    ids |= {"prompt": str(prompt.id), "assistant": str(assistant.id)}
    ids |= {"invitation": str(invitation.id), "group": str(group.id), "report": str(report)}
    secrets = ["Secret", link.token, token, str(actor.session_id), str(answer.id)]
    return Victim(actor, token, ids, secrets)


async def blocked_by_the_secretive(make: Factory) -> str:
    """Return the session of a person whom all with secret names have blocked: the list of people has no such names."""
    person, token = await make.signed_in()
    async with make.work.begin() as ctx:
        for secretive in await ctx.db.scalars(select(User.id).where(col(User.name).contains("Secret"))):
            ctx.db.add(Block(blocker_id=secretive, blocked_id=person.user_id, created_at=ctx.now))
    return token


@pytest.fixture
async def strangers(site: Site, make: Factory) -> AsyncIterator[dict[str, Forger]]:
    """Yield another person, a signed-out one, and one whose session has ended."""
    ben = await blocked_by_the_secretive(make)
    leaver, ended = await make.signed_in()
    async with Forger(site, ben) as other, Forger(site) as nobody, Forger(site, ended) as gone:
        async with make.work.begin() as ctx:  # the server is not told, and must look for itself
            session = await ctx.db.get_one(UserSession, leaver.session_id)
            session.revoked_at = ctx.now
        yield {"other": other, "nobody": nobody, "gone": gone}


async def everything(make: Factory, victim: Victim) -> list[list[str]]:
    """All rows that are the victim's, and how many people and sessions there are."""
    of_room = [(Room, "id"), (Member, "room_id"), (Message, "room_id"), (AiRun, "room_id"), (InviteLink, "room_id")]
    of_room += [(Ban, "room_id"), (JoinRequest, "room_id"), (RoomInvitation, "room_id")]
    queries = [select(table).where(getattr(table, key) == victim.ids["room"]) for table, key in of_room]
    queries += [select(table).where(table.user_id == victim.actor.user_id) for table in (ApiToken, Authenticator)]
    to_others = select(User.email).where(User.id != victim.actor.user_id)  # who may ask for mail to themselves
    queries += [
        select(User).where(User.id == victim.actor.user_id),
        select(User.id),
        select(Report).where(Report.user_id == victim.actor.user_id),
        select(Group).where(Group.owner_id == victim.actor.user_id),
        select(Assistant).where(Assistant.owner_id == victim.actor.user_id),
        select(SavedPrompt).where(SavedPrompt.owner_id == victim.actor.user_id),
        select(UserSession.id),
        select(Mail.id).where(Mail.address.not_in(to_others)),
    ]
    async with make.work.begin() as ctx:
        return [sorted(map(repr, await ctx.db.scalars(query))) for query in queries]


def test_there_are_handlers_to_call() -> None:
    names = {name.rpartition(".")[2] for name, _ in HANDLERS}
    assert {"arrive", "send", "stop", "regenerate", "delete", "load_links", "update_vars_internal"} <= names
    assert {"choose", "disconnect", "set_password", "make_token"} <= names


async def test_nobody_does_anything_to_a_room_that_is_not_theirs(
    site: Site, make: Factory, victim: Victim, strangers: dict[str, Forger]
) -> None:
    before = await everything(make, victim)
    async with Forger(site, victim.token) as aiko:
        await aiko.arrive(f"/r/{victim.ids['room']}")
        await until(lambda: any(op["t"] == "entered" for op in aiko.ops()))
        told = len(aiko.received)
        for stranger in strangers.values():
            for name, parameters in HANDLERS:
                await stranger.call(name, f"/r/{victim.ids['room']}", **victim.payload(parameters))
            await stranger.quiet()
            heard = stranger.heard()
            assert [secret for secret in victim.secrets if secret in heard] == []
        # Her own presence, and how far the room has come, are told now and then whatever anybody does.
        assert [op for op in aiko.ops(told) if op["t"] not in {"presence", "rev", "models"}] == []
    assert await everything(make, victim) == before


async def test_junk_does_no_harm(site: Site, make: Factory, victim: Victim, strangers: dict[str, Forger]) -> None:
    """Another person calls every handler with all invalid arguments: a new one for some of them, because of limits."""
    shares = shared_out(victim)
    others = [await blocked_by_the_secretive(make) for _ in shares]
    before = await everything(make, victim)

    async def call_all(token: str, share: list[Call]) -> None:
        async with Forger(site, token) as other:
            for name, payload in share:
                await other.call(name, **payload)
            await check_harmless(other, victim)
            assert "not_signed_in" not in other.heard(), {name for name, _ in share}

    # At the same time: the events of each wait for one another, where they are very many.
    await asyncio.gather(*map(call_all, others, shares))
    for number, (name, parameters) in enumerate(HANDLERS):
        for stranger in (strangers["nobody"], strangers["gone"]):
            await stranger.call(name, **dict.fromkeys(parameters, JUNK[number % len(JUNK)]))
    for stranger in strangers.values():
        await check_harmless(stranger, victim)
    assert await everything(make, victim) == before


AT_ONCE = 200
"""Calls of one person, who may make three times as many in a minute."""

Call = tuple[str, dict[str, Any]]


def shared_out(victim: Victim) -> list[list[Call]]:
    """Return all calls, as many together as one person makes."""
    shares: list[list[Call]] = [[]]
    for number, (name, parameters) in enumerate(HANDLERS):
        calls = [(name, payload) for payload in junk_for(number, parameters, victim.payload(parameters))]
        if len(shares[-1]) + len(calls) > AT_ONCE:
            shares.append([])
        shares[-1] += calls
    return shares


def junk_for(number: int, parameters: list[str], honest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a handler is called with: nothing, something more, all arguments invalid, and each alone."""
    yield {}
    yield honest | {"surplus": 1}
    for each in [JUNK[number % len(JUNK)]] if HANDLERS[number][0].endswith(BY_ADDRESS) else JUNK:
        if parameters:
            yield dict.fromkeys(parameters, each)
        for parameter in parameters if len(parameters) > 1 else []:  # of one it is the same as of all
            yield honest | {parameter: each}


BY_ADDRESS = (".mailed_state.ask", ".mailed_state.reset_password")
"""Forms for people who are not signed in: what comes from one address is limited, whoever sends it."""


async def check_harmless(stranger: Forger, victim: Victim) -> None:
    """Nothing has been given away, and all that was said has been looked at."""
    await stranger.quiet()
    heard = stranger.heard()
    assert "rate_limited" not in heard
    assert [secret for secret in victim.secrets if secret in heard] == []
    assert "Traceback" not in heard
    assert "Error(" not in heard


ODD_EVENTS: list[tuple[Any, ...]] = [
    (),
    (None,),
    ("{",),
    (7, [], {}),
    ({"name": None},),
    ({"name": "no.such.handler"},),
    ({"name": f"{FEED}.__init__", "payload": {}},),
    ({"name": f"{FEED}.arrive", "payload": [], "router_data": {}},),
    ({"name": f"{FEED}.arrive", "payload": None, "router_data": None},),
    ({"name": f"{FEED}.arrive", "payload": {}, "router_data": {"pathname": [], "asPath": {}, "query": 7}},),
    ({"name": f"{FEED}.arrive", "payload": {}, "router_data": {"pathname": "/", "asPath": "/sign-in?next=/\ud800"}},),
    ({"name": f"{FEED}.arrive", "payload": {}, "router_data": {"asPath": "/" + "x" * 100_000}},),
    ({"name": HYDRATE, "payload": {"vars": {"a.b": 1}}, "router_data": {}},),
    ({"name": HYDRATE, "payload": {"vars": [[[[]]]]}, "router_data": {}},),
    ({"name": f"{FEED}.arrive", "payload": {}, "router_data": {"headers": {"x-parley-session": "x"}, "ip": []}},),
]


async def test_odd_packets_do_no_harm(site: Site, make: Factory, victim: Victim, strangers: dict[str, Forger]) -> None:
    before = await everything(make, victim)
    for stranger in strangers.values():
        for odd in ODD_EVENTS:
            await stranger.say("event", *odd)
        for name in ("client_error", "ping", "new_token", "connect", "no such thing"):
            for junk in JUNK:
                await stranger.say(name, junk)
        await stranger.quiet()
        assert [secret for secret in victim.secrets if secret in stranger.heard()] == []
    await asyncio.gather(*(shake_hands_oddly(site, junk) for junk in JUNK))
    assert await everything(make, victim) == before


async def shake_hands_oddly(site: Site, junk: Any) -> None:
    forger = Forger(site)
    with suppress(HandshakeRefused):
        await forger.connect({"event": junk, "state_schema": junk})
        await forger.leave()


async def test_a_session_cannot_be_named_in_an_event(site: Site, victim: Victim) -> None:
    """What only the guard of the handshake may say, said by the page itself."""
    claims = {"x-parley-session": str(victim.actor.session_id), "cookie": f"{site.cookie}={victim.token}"}
    page = {"pathname": "/", "asPath": "/", "query": {}, "headers": claims, "session_id": "x", "token": "x"}
    async with Forger(site, **{"X-Parley-Session": str(victim.actor.session_id)}) as nobody:
        await nobody.say("event", {"name": f"{FEED}.arrive", "payload": {}, "router_data": page, "token": "x"})
        await until(nobody.ops)
        assert {op["code"] for op in nobody.ops()} == {"not_signed_in"}


@pytest.mark.parametrize("meanwhile", ["there", "gone"])
async def test_a_client_token_of_another_opens_nothing(
    site: Site, make: Factory, victim: Victim, meanwhile: str
) -> None:
    """Reflex keeps a tab's state under a token that the browser chooses: another person sends the same one."""
    ben = await blocked_by_the_secretive(make)
    aiko = Forger(site, victim.token, **{"User-Agent": "Secret browser"})
    await aiko.connect()
    await aiko.arrive(f"/r/{victim.ids['room']}")
    await aiko.call(f"{FEED}.load_links", room=victim.ids["room"])
    await until(lambda: any(op["t"] == "links" for op in aiko.ops()))
    for path in PAGES:
        await aiko.call(HYDRATE, path)
    await aiko.quiet()
    assert "Chloe Secret" in aiko.heard()  # of her contacts, which are in her tab's state
    if meanwhile == "gone":
        await aiko.leave()
    async with Forger(site, ben, token=aiko.token) as thief:
        for path in (f"/r/{victim.ids['room']}", *PAGES):
            await thief.call(HYDRATE, path)
        for name, parameters in HANDLERS:
            await thief.call(name, f"/r/{victim.ids['room']}", **victim.payload(parameters))
        await thief.quiet()
        assert [secret for secret in victim.secrets if secret in thief.heard()] == []
    if meanwhile == "there":
        await aiko.arrive(f"/r/{victim.ids['room']}")
        assert "Secret words" in aiko.heard()
        await aiko.leave()


async def test_former_member_receives_no_ops(site: Site, make: Factory, victim: Victim) -> None:
    ben, token = await make.signed_in()
    room = victim.ids["room"]
    async with make.work.begin() as ctx:
        ctx.db.add(Member(room_id=room, user_id=ben.user_id, role=Role.MEMBER, joined_at=ctx.now))
    async with Forger(site, token) as other, Forger(site, victim.token) as aiko:
        for member in (other, aiko):
            await member.arrive(f"/r/{room}")
        await say(aiko, room, "While he is there")
        await until(lambda: "While he is there" in other.heard())
        await other.call(f"{ROOMS}_leave", room=room)
        await until(lambda: any(op["t"] == "member_left" for op in aiko.ops()))
        await say(aiko, room, "When he has left")
        await until(lambda: "When he has left" in aiko.heard())
        await other.quiet()
        assert "When he has left" not in other.heard()
        assert not any(op["t"] == "news" for op in other.ops())


async def test_a_link_lets_in_nobody_who_is_signed_out(
    site: Site, make: Factory, victim: Victim, strangers: dict[str, Forger]
) -> None:
    """Anybody with a link can see its room; joining by it needs a session."""
    _, token, *_ = victim.secrets
    before = await everything(make, victim)
    for stranger in (strangers["nobody"], strangers["gone"]):
        for handler in ("load", "join", "look_again"):
            await stranger.call(f"{JOIN}.{handler}", f"/join/{token}")
        await stranger.quiet()
        heard = stranger.heard()
        assert "Secret plans" in heard
        assert not any(word in heard for word in ("inside", "waiting", victim.ids["room"]))
    assert await everything(make, victim) == before


async def test_another_sites_page_gets_no_connection(site: Site, make: Factory) -> None:
    _, ben = await make.signed_in()
    for origin in ("https://evil.example", "null", f"{site.url}.evil.example", "http://127.0.0.1:1"):
        with pytest.raises(HandshakeRefused):
            await Forger(site, ben, Origin=origin).connect()


async def say(forger: Forger, room: str, words: str) -> None:
    await forger.call(f"{FEED}.send", room=room, text=words, nonce=str(uuid4()), reply_to="")
