"""The site's settings: valid values, their effect on the policy, permissions, and the log."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from chat_app.core.access.features import Feature
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.policy import Announcement, Brand, Policy
from chat_app.core.site.colours import DARK, LIGHT, accent_tokens, check_accent, contrast
from chat_app.core.site.commands import update_settings
from chat_app.core.site.queries import read_settings, view_settings
from chat_app.core.site.settings import BRAND_PICTURES, GROUPS, SETTINGS, changed, values_of
from chat_app.ui import theme
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

BASE = Policy()


def test_every_setting_is_one_of_the_policy():
    assert changed(BASE, values_of(BASE)) == BASE
    assert {each.group for each in SETTINGS.values()} == set(GROUPS)
    assert {f"allow_{each.value}" for each in Feature} <= SETTINGS.keys()
    wanted = {f"brand_{each.name}" for each in fields(Brand)} | {
        f"announcement_{each.name}" for each in fields(Announcement)
    }
    pictures = {f"brand_{each}" for each in BRAND_PICTURES}
    assert wanted - pictures <= SETTINGS.keys()
    assert pictures <= wanted - SETTINGS.keys()


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("sign_up", "invite", "invite"),
        ("sign_up_domains", " @Example.ORG, münchen.de\nexample.org ", ["example.org", "xn--mnchen-3ya.de"]),
        ("sign_up_domains", "", []),
        ("sign_up_approval", True, True),
        ("members_max", "12", 12),
        ("announcement_en", " <b>Hello</b>\r\n", "<b>Hello</b>"),
        ("announcement_until", "2026-11-30T09:00", "2026-11-30T09:00+00:00"),
        ("brand_accent", "#0F6360", "#0f6360"),
        ("brand_accent", "", ""),
    ],
)
def test_valid_value_is_stored_in_one_form(name: str, value: object, stored: object):
    assert SETTINGS[name].kind.check(name, value) == stored


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("sign_up", "everybody", "choice_invalid"),
        ("sign_up_approval", "on", "choice_invalid"),
        ("sign_up_domains", "localhost", "setting_domain_invalid"),
        ("sign_up_domains", ["example.org", 4], "setting_domain_invalid"),
        ("sign_up_domains", {"a": 1}, "setting_domains_invalid"),
        ("sign_up_domains", ",".join(f"d{n}.example" for n in range(51)), "setting_domains_invalid"),
        ("members_max", -1, "setting_number_invalid"),
        ("members_max", True, "setting_number_invalid"),
        ("members_max", 1.5, "setting_number_invalid"),
        ("upload_max_mb", 0, "setting_number_invalid"),
        ("announcement_en", "x" * 501, "setting_text_long"),
        ("announcement_until", "tomorrow", "setting_moment_invalid"),
        ("announcement_until", None, "setting_moment_invalid"),
        ("brand_accent", "teal", "setting_colour_invalid"),
        ("brand_accent", "#ffffff", "setting_colour_pale_light"),
        ("brand_accent", "#000000", "setting_colour_pale_dark"),
    ],
)
def test_invalid_value_is_refused_with_its_field(name: str, value: object, code: str):
    with pytest.raises(InvalidField) as refused:
        SETTINGS[name].kind.check(name, value)
    assert (refused.value.code, refused.value.details["field"]) == (code, name)


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_every_accepted_accent_is_readable_in_both_themes(colour: str):
    try:
        check_accent("brand_accent", colour)
    except InvalidField:
        return
    for ground in (LIGHT, DARK):
        tokens = accent_tokens(colour, ground)
        for surface in (*ground.surfaces, tokens["accent-soft"], tokens["on-accent"]):
            assert contrast(tokens["accent"], surface) >= 4.5
            assert contrast(tokens["accent-strong"], surface) >= 4.5


def test_the_surfaces_are_those_of_the_pages():
    for ground, tokens in ((LIGHT, theme.LIGHT), (DARK, theme.DARK)):
        assert set(ground.surfaces) == {tokens[name] for name in ("paper", "sunken", "raised", "hover")}
        assert ground.paper == tokens["paper"]


@pytest.mark.parametrize("value", ["\ud800.example", ["\ud800"]])
def test_error_of_an_invalid_domain_can_be_encoded(value: object):
    with pytest.raises(InvalidField) as refused:
        SETTINGS["sign_up_domains"].kind.check("sign_up_domains", value)
    json.dumps(refused.value.details, ensure_ascii=False).encode()


async def test_changes_are_stored_and_logged_with_old_and_new_values(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    await do(admin, update_settings, BASE, {"sign_up": "invite", "members_max": 5, "sign_up_approval": False})
    await do(admin, update_settings, BASE, {"sign_up": "closed", "members_max": None})
    assert await do(None, read_settings) == {"sign_up": "closed"}
    async with make.work.begin() as ctx:
        logged = list(await ctx.db.scalars(select(AuditEntry).order_by(AuditEntry.id)))  # type: ignore[arg-type]
    assert {each.action for each in logged} == {Action.CHANGE_SETTINGS}
    assert sorted((each.details["setting"], each.details["old"], each.details["new"]) for each in logged) == [
        ("members_max", 0, 5),
        ("members_max", 5, 0),
        ("sign_up", "invite", "closed"),
        ("sign_up", "open", "invite"),
    ]


async def test_one_invalid_value_changes_no_setting(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    fixed = replace(BASE, fixed=frozenset({"sign_up"}))
    for values, code in (
        ({"members_max": 5, "sign_up": "closed"}, "setting_fixed"),
        ({"members_max": 5, "secret": "x"}, "setting_unknown"),
        ({"members_max": 5, "brand_accent": 7}, "setting_colour_invalid"),
    ):
        assert await code_of(do(admin, update_settings, fixed, values)) == code
    assert await do(None, read_settings) == {}


async def test_the_environment_wins_over_what_was_stored_before(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    await do(admin, update_settings, BASE, {"sign_up": "closed"})
    fixed = replace(BASE, sign_up="invite", fixed=frozenset({"sign_up"}))
    assert changed(fixed, await do(None, read_settings)).sign_up == "invite"
    shown: dict[str, Any] = {each.name: each for each in await do(admin, view_settings, fixed)}
    assert shown["sign_up"].as_json()["fixed"]
    assert shown["sign_up"].value == "invite"
    assert not shown["sign_up_approval"].fixed
