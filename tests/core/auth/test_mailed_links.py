"""Verified and changed addresses, changed and forgotten passwords."""

import asyncio

import pytest

from chat_app.core.accounts.queries import get_user
from chat_app.core.auth.addresses import ask_to_change_email, ask_to_verify, verify_email
from chat_app.core.auth.events import PasswordForgotten, SessionsRevoked
from chat_app.core.auth.factors.proof import PROOFS
from chat_app.core.auth.mailed_links import LIFE, REDEMPTIONS, TO_ONE_ADDRESS
from chat_app.core.auth.password_changes import (
    CHANGES,
    FORGOTTEN,
    ResetLinks,
    change_password,
    mail_reset_link,
    note_forgotten,
    reset_password,
)
from chat_app.core.auth.sessions.commands import recognise, sign_in
from chat_app.core.auth.tables import MailedToken, Purpose
from chat_app.core.auth.tokens.api_tokens import make_api_token, recognise_api_token
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.effects import Background
from chat_app.core.mail.tables import MailKind
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import link_token, mails_to
from tests.support.refusal import refused
from tests.support.use_cases import Do

NEW_PASSWORD = "seven quiet herons"


async def verified(do: Do, actor: Actor) -> bool:
    return (await do(None, get_user, actor.user_id)).email_verified_at is not None


async def test_a_link_shows_an_address_to_be_ones_own_once(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor(username="aiko")
    await do(aiko, ask_to_verify)
    token = await link_token(work, "aiko@example.com", MailKind.VERIFY_EMAIL)
    assert not await verified(do, aiko)
    await do(None, verify_email, token)
    assert await verified(do, aiko)
    with refused("mail_link_invalid"):
        await do(None, verify_email, token)
    await do(aiko, ask_to_verify)
    assert len(await mails_to(work, "aiko@example.com")) == 1, "there is nothing left to ask for"


async def test_only_the_hash_of_a_token_is_kept(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor(username="aiko")
    await do(aiko, ask_to_verify)
    token = await link_token(work, "aiko@example.com", MailKind.VERIFY_EMAIL)
    async with work.begin() as ctx:
        kept = await ctx.db.get_one(MailedToken, (aiko.user_id, Purpose.VERIFY_EMAIL))
    assert token.encode() not in kept.token_hash


async def test_only_the_newest_link_works(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor(username="aiko")
    await do(aiko, ask_to_verify)
    old = await link_token(work, "aiko@example.com", MailKind.VERIFY_EMAIL)
    await do(aiko, ask_to_verify)
    with refused("mail_link_invalid"):
        await do(None, verify_email, old)
    await do(None, verify_email, await link_token(work, "aiko@example.com", MailKind.VERIFY_EMAIL))


async def test_a_link_followed_twice_at_once_works_once(do: Do, make: Factory, work: UnitOfWork):
    await make.user(username="aiko")
    await do(None, mail_reset_link, "aiko@example.com")
    token = await link_token(work, "aiko@example.com", MailKind.RESET_PASSWORD)
    results = await asyncio.gather(
        *(do(None, reset_password, token, NEW_PASSWORD) for _ in range(4)), return_exceptions=True
    )
    assert sorted(getattr(each, "code", "done") for each in results) == ["done", *["mail_link_invalid"] * 3]


@pytest.mark.parametrize("purpose", Purpose)
async def test_a_link_is_good_for_its_time_and_its_purpose(
    do: Do, make: Factory, work: UnitOfWork, clock: Clock, purpose: Purpose
):
    aiko = await make.actor(username="aiko")
    kind, address = await ask(do, aiko, purpose)
    token = await link_token(work, address, kind)
    with refused("mail_link_invalid"):
        if purpose is Purpose.RESET_PASSWORD:
            await do(None, verify_email, token)
        else:
            await do(None, reset_password, token, NEW_PASSWORD)
    clock.advance(seconds=LIFE[purpose].total_seconds())
    with refused("mail_link_invalid"):
        await follow(do, purpose, token)
    clock.advance(seconds=-1)
    await follow(do, purpose, token)


async def ask(do: Do, actor: Actor, purpose: Purpose) -> tuple[MailKind, str]:
    if purpose is Purpose.CHANGE_EMAIL:
        await do(actor, ask_to_change_email, "new@example.com", PASSWORD)
        return MailKind.CHANGE_EMAIL, "new@example.com"
    if purpose is Purpose.VERIFY_EMAIL:
        await do(actor, ask_to_verify)
        return MailKind.VERIFY_EMAIL, "aiko@example.com"
    await do(None, mail_reset_link, "aiko@example.com")
    return MailKind.RESET_PASSWORD, "aiko@example.com"


async def follow(do: Do, purpose: Purpose, token: str) -> None:
    if purpose is Purpose.RESET_PASSWORD:
        await do(None, reset_password, token, NEW_PASSWORD)
    else:
        await do(None, verify_email, token)


async def test_another_address_holds_once_its_link_is_followed(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor(username="aiko")
    await do(aiko, ask_to_change_email, " New@Example.com", PASSWORD)
    assert (await do(None, get_user, aiko.user_id)).email == "aiko@example.com"
    await do(None, mail_reset_link, "aiko@example.com")
    reset = await link_token(work, "aiko@example.com", MailKind.RESET_PASSWORD)
    await do(None, verify_email, await link_token(work, "new@example.com", MailKind.CHANGE_EMAIL))
    user = await do(None, get_user, aiko.user_id)
    assert (user.email, user.email_verified_at is not None) == ("new@example.com", True)
    told = (await mails_to(work, "aiko@example.com"))[-1]
    assert (told.kind, told.details["email"]) == (MailKind.EMAIL_CHANGED, "new@example.com")
    with refused("mail_link_invalid"):  # it went to an address that is theirs no more
        await do(None, reset_password, reset, NEW_PASSWORD)


async def test_taken_address_notifies_owner_only(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor()
    await make.user(username="ben")
    await do(aiko, ask_to_change_email, "ben@example.com", PASSWORD)
    assert [mail.kind for mail in await mails_to(work, "ben@example.com")] == [MailKind.EMAIL_TAKEN]


async def test_first_of_two_claims_to_address_succeeds(do: Do, make: Factory, work: UnitOfWork):
    tokens = []
    for actor in (await make.actor(), await make.actor()):
        await do(actor, ask_to_change_email, "new@example.com", PASSWORD)
        tokens.append(await link_token(work, "new@example.com", MailKind.CHANGE_EMAIL))
    await do(None, verify_email, tokens[1])
    with refused("email_taken"):
        await do(None, verify_email, tokens[0])


async def test_a_changed_address_asks_for_the_password(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor()
    with refused("password_wrong"):
        await do(aiko, ask_to_change_email, "new@example.com", "guess-guess-guess")
    with refused("email_invalid"):
        await do(aiko, ask_to_change_email, "nonsense", PASSWORD)
    assert await mails_to(work, "new@example.com") == []


async def test_a_new_password_by_link_ends_every_way_in(do: Do, make: Factory, work: UnitOfWork, events: list[object]):
    aiko, session = await make.signed_in(username="aiko")
    _, api_token = await do(aiko, make_api_token, name="Bot", scopes=["read"], password=PASSWORD)
    await do(aiko, ask_to_change_email, "thief@example.com", PASSWORD)
    await do(None, mail_reset_link, " AIKO@example.com")
    token = await link_token(work, "aiko@example.com", MailKind.RESET_PASSWORD)
    await do(None, reset_password, token, NEW_PASSWORD)
    assert SessionsRevoked((aiko.session_id,)) in events
    assert await do(None, recognise, session) is None
    assert await do(None, recognise_api_token, api_token) is None
    with refused("mail_link_invalid"):
        await do(None, verify_email, await link_token(work, "thief@example.com", MailKind.CHANGE_EMAIL))
    with refused("bad_credentials"):
        await do(None, sign_in, "aiko", PASSWORD)
    await do(None, sign_in, "aiko", NEW_PASSWORD)
    assert await verified(do, aiko), "the link was read there"
    assert (await mails_to(work, "aiko@example.com"))[-1].kind == MailKind.PASSWORD_CHANGED


async def test_a_password_that_is_too_weak_leaves_the_link_good(do: Do, make: Factory, work: UnitOfWork):
    await make.user(username="aiko")
    await do(None, mail_reset_link, "aiko@example.com")
    token = await link_token(work, "aiko@example.com", MailKind.RESET_PASSWORD)
    with refused("password_weak"):
        await do(None, reset_password, token, "aikoaikoaiko")
    await do(None, reset_password, token, NEW_PASSWORD)


@pytest.mark.parametrize("email", ["nobody@example.com", "", "no address", "\x00", "\ud800@example.com"])
async def test_unknown_address_receives_no_mail(do: Do, make: Factory, work: UnitOfWork, email: str):
    await make.user()
    await do(None, mail_reset_link, email)
    assert await mails_to(work, email.replace("\x00", "").encode("utf-8", "ignore").decode()) == []


async def test_mails_to_one_address_are_limited(do: Do, make: Factory, work: UnitOfWork):
    await make.user(username="aiko")
    for _ in range(TO_ONE_ADDRESS.amount + 3):
        await do(None, mail_reset_link, "aiko@example.com")
    assert len(await mails_to(work, "aiko@example.com")) == TO_ONE_ADDRESS.amount


async def test_an_address_asks_and_tries_only_so_often(do: Do, make: Factory):
    for _ in range(FORGOTTEN.amount):
        await do(None, note_forgotten, "10.0.0.1", "aiko@example.com")
    with refused("rate_limited"):
        await do(None, note_forgotten, "10.0.0.1", "aiko@example.com")
    for _ in range(REDEMPTIONS.amount):
        with refused("mail_link_invalid"):
            await do(None, verify_email, "guess", address="10.0.0.1")
    with refused("rate_limited"):
        await do(None, verify_email, "guess", address="10.0.0.1")


async def test_a_changed_password_ends_all_other_sessions(do: Do, make: Factory, work: UnitOfWork):
    await make.user(username="aiko")
    here, token = await do(None, sign_in, "aiko", PASSWORD)
    _, elsewhere = await do(None, sign_in, "aiko", PASSWORD)
    await do(here, change_password, PASSWORD, NEW_PASSWORD)
    assert await do(None, recognise, token)
    assert await do(None, recognise, elsewhere) is None
    await do(None, sign_in, "aiko", NEW_PASSWORD)
    assert (await mails_to(work, "aiko@example.com"))[-1].kind == MailKind.PASSWORD_CHANGED


async def test_a_password_is_not_changed_without_the_old_one_nor_to_a_weak_one(do: Do, make: Factory):
    aiko = await make.actor(username="aiko")
    with refused("password_wrong") as refusal:
        await do(aiko, change_password, "guess-guess-guess", NEW_PASSWORD)
    assert refusal.details["field"] == "password"
    with refused("password_short") as refusal:
        await do(aiko, change_password, PASSWORD, "short")
    assert refusal.details["field"] == "new_password"
    await do(None, sign_in, "aiko", PASSWORD)


async def test_passwords_are_not_guessed_in_a_session_either(do: Do, make: Factory):
    aiko = await make.actor()
    for _ in range(PROOFS.amount):
        with refused("password_wrong"):
            await do(aiko, change_password, "guess-guess-guess", NEW_PASSWORD)
    with refused("rate_limited"):
        await do(aiko, change_password, PASSWORD, NEW_PASSWORD)


async def test_person_without_password_sets_one_by_mail(do: Do, make: Factory, work: UnitOfWork):
    await make.user(username="aiko", password_hash=None)
    await do(None, mail_reset_link, "aiko@example.com")
    token = await link_token(work, "aiko@example.com", MailKind.RESET_PASSWORD)
    await do(None, reset_password, token, NEW_PASSWORD)
    await do(None, sign_in, "aiko", NEW_PASSWORD)


@pytest.mark.slow
async def test_password_changes_are_limited(do: Do, make: Factory, clock: Clock):
    aiko, passwords = await make.actor(), [PASSWORD, NEW_PASSWORD]
    for number in range(CHANGES.amount):
        clock.advance(minutes=5)
        await do(aiko, change_password, passwords[number % 2], passwords[(number + 1) % 2])
    with refused("rate_limited"):
        await do(aiko, change_password, passwords[CHANGES.amount % 2], "eight loud herons")


async def test_a_link_that_was_asked_for_is_mailed_though_the_process_stops(do: Do, make: Factory, work: UnitOfWork):
    await make.actor(username="aiko")
    links = Background(ResetLinks(work), PasswordForgotten)
    work.listeners.append(links)
    for email in ("nobody@example.com", "aiko@example.com"):
        await do(None, note_forgotten, "10.0.0.1", email)
    await links.stop()
    assert await link_token(work, "aiko@example.com", MailKind.RESET_PASSWORD)
    assert not await mails_to(work, "nobody@example.com")
