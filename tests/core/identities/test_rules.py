"""Suggested usernames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.core.accounts.rules import check_username
from chat_app.core.identities.commands import keep_claim
from chat_app.core.identities.organisation import Organisation
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.identities.queries import view_claim
from chat_app.core.identities.rules import numbered, username_bases
from tests.core.identities.test_identities import HERE, MIO
from tests.support.factory import Factory
from tests.support.use_cases import Do


@pytest.mark.parametrize(
    ("username", "email", "name", "best"),
    [
        ("octocat", "", "", "octocat"),
        ("Zoë Müller", "", "", "zoe-muller"),
        ("", "mio.sato+chat@id.example", "Mio", "mio.sato-chat"),
        ("佐藤", "", "佐藤 澪", "guest"),
        ("admin", "", "Mio Sato", "mio-sato"),
        ("_.-", "", "x", "guest"),
        ("a" * 80, "", "", "a" * 26),
    ],
)
def test_proposed_username_suits_the_person(username: str, email: str, name: str, best: str):
    assert next(username_bases(ProviderProfile("i", "s", email, True, username, name))) == best


@given(st.text(), st.text(), st.text())
def test_proposed_username_is_always_acceptable(username: str, email: str, name: str):
    bases = list(username_bases(ProviderProfile("i", "s", email, True, username, name)))
    assert bases
    for each in bases:
        assert all(check_username(name) == name for name in numbered(each))


async def test_proposed_username_is_free(do: Do, make: Factory):
    await make.user(username="mio.sato")
    await make.user(username="mio.sato2")
    token = await do(None, keep_claim, HERE, MIO, "/")
    assert (await do(None, view_claim, token)).username == "mio.sato3"


def test_an_organisation_speaks_for_its_domains_however_they_are_written():
    organisation = Organisation(frozenset({"例え.jp", "xn--fa-hia.example"}))
    assert all(map(organisation.speaks_for, ("a@例え.jp", "a@XN--R8JZ45G.jp", "a@faß.example")))
    assert not any(map(organisation.speaks_for, ("a@fass.example", "a@..例え", "例え.jp")))
