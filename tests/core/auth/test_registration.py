"""Creating an account."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from chat_app.core.accounts.tables import User
from chat_app.core.auth.passwords import password_matches
from chat_app.core.auth.registration import EMAIL_TAKEN_COSTS, REGISTRATIONS, register
from chat_app.core.kernel.context import UnitOfWork
from tests.support.factory import Factory
from tests.support.refusal import code_of, refused
from tests.support.use_cases import Do

AIKO = {"email": "Aiko@Example.com ", "username": "@Aiko", "password": "quiet rivers carry light"}
BEN = {"email": "ben@example.com", "username": "ben", "password": "quiet rivers carry light"}


def with_sign_up(work: UnitOfWork, policy: str) -> None:
    work.policy = replace(work.policy, sign_up=policy)


async def test_an_account_is_kept_clean_and_its_password_hashed(do: Do):
    user = await do(None, register, **AIKO, name="  Aiko \n Tanaka ", locale="ja")
    assert (user.email, user.username, user.name, user.locale) == ("aiko@example.com", "aiko", "Aiko Tanaka", "ja")
    assert user.password_hash.startswith("$argon2id$")
    assert await password_matches(AIKO["password"], user.password_hash)
    assert not await password_matches("quiet rivers carry dark", user.password_hash)


async def test_the_first_account_is_admin_and_no_later_one(do: Do):
    assert (await do(None, register, **AIKO)).site_roles
    assert not (await do(None, register, **BEN)).site_roles


@pytest.mark.parametrize(
    ("policy", "invited", "code"),
    [
        ("open", False, None),
        ("invite", True, None),
        ("invite", False, "sign_up_by_invitation"),
        ("closed", True, "sign_up_closed"),
        ("closed", False, "sign_up_closed"),
    ],
)
async def test_the_policy_binds_everyone_but_the_first(
    do: Do, work: UnitOfWork, policy: str, invited: bool, code: str | None
):
    with_sign_up(work, policy)
    assert (await do(None, register, **AIKO)).site_roles
    if code is None:
        await do(None, register, **BEN, invited=invited)
        return
    with refused(code):
        await do(None, register, **BEN, invited=invited)


@pytest.mark.parametrize("policy", ["open", "closed"])
@pytest.mark.slow
async def test_concurrent_first_registrations_create_one_admin(do: Do, work: UnitOfWork, policy: str):
    with_sign_up(work, policy)
    results = await asyncio.gather(
        *(
            do(None, register, email=f"p{n}@example.com", username=f"person{n}", password=AIKO["password"])
            for n in range(8)
        ),
        return_exceptions=True,
    )
    made = [result for result in results if isinstance(result, User)]
    assert [user.site_roles for user in made].count(["admin"]) == 1
    assert len(made) == (8 if policy == "open" else 1)


async def test_the_same_name_at_once_is_given_once(do: Do, work: UnitOfWork):
    results = await asyncio.gather(*(do(None, register, **AIKO) for _ in range(5)), return_exceptions=True)
    assert sorted(getattr(result, "code", "made") for result in results) == ["email_taken"] * 4 + ["made"]
    async with work.begin() as ctx:
        assert await ctx.db.scalar(select(func.count()).select_from(User)) == 1


async def test_taken_field_is_named(do: Do, make: Factory):
    await make.user(username="aiko")
    with refused("email_taken") as refusal:
        await do(None, register, **(BEN | {"email": "AIKO@example.com"}))
    assert refusal.details == {"field": "email"}
    with refused("username_taken"):
        await do(None, register, **(BEN | {"username": "AIKO"}))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "", "email_invalid"),
        ("email", "no-at-sign", "email_invalid"),
        ("email", "a@b", "email_invalid"),
        ("email", "=?utf-8?q?ada?=@example.com", "email_invalid"),
        ("email", "a\x00b@example.com", "email_invalid"),
        ("email", "\ud800@example.com", "email_invalid"),
        ("email", "a" * 1000 + "@example.com", "email_invalid"),
        ("username", "", "username_invalid"),
        ("username", "a", "username_invalid"),
        ("username", "a" * 31, "username_invalid"),
        ("username", "-ben", "username_invalid"),
        ("username", "ben tanaka", "username_invalid"),
        ("username", "bén", "username_invalid"),
        ("username", "ben\n", None),
        ("username", "be\x00n", "username_invalid"),
        ("username", "AI", "username_taken"),
        ("username", "everyone", "username_taken"),
        ("name", "x" * 51, "name_invalid"),
        ("name", "\x00\x01", "name_invalid"),
        ("password", "short", "password_short"),
        ("password", "x" * 101, "password_long"),
        ("password", "password123", "password_weak"),
        ("password", "ben@example.com", "password_weak"),
        ("password", "aaaaaaaaaaaa", "password_weak"),
        ("password", "a" * 30 + " quiet rivers carry light", "password_weak"),  # looked at whole, one can take 15 s
        ("password", "静かな川が朝の光を運ぶ", None),
        ("password", "nul \x00 inside is fine", None),
        ("password", "half \ud83d of an emoji", None),
        ("locale", "tlh", "choice_invalid"),
    ],
)
async def test_field_that_is_not_acceptable_is_named(do: Do, field: str, value: str, code: str | None):
    if code is None:
        await do(None, register, **(BEN | {field: value}))
        return
    with refused(code) as refusal:
        await do(None, register, **(BEN | {field: value}))
    assert refusal.details["field"] == field


async def test_all_invalid_fields_are_reported_together(do: Do, make: Factory, work: UnitOfWork):
    await make.user(username="aiko")
    wrong = {"email": "no-at-sign", "username": "aiko", "name": "x" * 51, "password": "short"}
    with refused("email_invalid") as refusal:
        await do(None, register, **wrong)
    assert refusal.details == {
        "field": "email",
        "others": [
            {"code": "name_invalid", "field": "name", "maximum": 50},
            {"code": "password_short", "field": "password", "minimum": 10},
            {"code": "username_taken", "field": "username"},
        ],
    }
    with refused("email_taken") as refusal:
        await do(None, register, **(BEN | {"email": "aiko@example.com", "username": "aiko"}))
    assert refusal.details["others"] == [{"code": "username_taken", "field": "username"}]
    with_sign_up(work, "closed")
    with refused("password_short") as refusal:
        await do(None, register, **(BEN | {"username": "aiko", "password": "short"}))
    assert "others" not in refusal.details, "a closed site does not say who is in"


async def test_a_long_email_is_no_password(do: Do):
    email = "wolfgang.amadeus.mozart@salzburg.example"
    with refused("password_weak"):
        await do(None, register, **(AIKO | {"email": email, "password": email}))


async def test_passwords_are_looked_at_only_so_often(do: Do, work: UnitOfWork):
    for _ in range(REGISTRATIONS.amount):
        with refused("password_weak"):
            await do(None, register, **(AIKO | {"password": "password123"}), address="10.0.0.1")
    with refused("rate_limited"):
        await do(None, register, **(AIKO | {"password": "password123"}), address="10.0.0.1")


@pytest.mark.parametrize("fits", [True, False])
async def test_list_of_emails_reaches_limit_sooner(do: Do, make: Factory, fits: bool):
    """After the limit, no answer says whether an email is taken."""
    await make.user(email="aiko@example.com", username="somebody")
    wrong = AIKO | {"email": "aiko@example.com"} | ({} if fits else {"password": "short"})
    for _ in range(REGISTRATIONS.amount // EMAIL_TAKEN_COSTS):
        code = await code_of(do(None, register, **wrong, address="10.0.0.1"))
        assert code == ("email_taken" if fits else "password_short")
    for email in ("aiko@example.com", "new@example.com"):
        assert await code_of(do(None, register, **(wrong | {"email": email}), address="10.0.0.1")) == "rate_limited"
    assert await code_of(do(None, register, **(AIKO | {"email": "new@example.com"}), address="10.0.0.2")) is None


async def test_an_address_registers_so_many_an_hour(do: Do, work: UnitOfWork):
    for _ in range(REGISTRATIONS.amount):
        await work.limiter.hit(REGISTRATIONS, "10.0.0.1")
    with refused("rate_limited") as refusal:
        await do(None, register, **AIKO, address="10.0.0.1")
    assert refusal.details["retry_after"] == 3600
    await do(None, register, **AIKO, address="10.0.0.2")
