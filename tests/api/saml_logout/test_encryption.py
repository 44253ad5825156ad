"""Encrypted SAML assertions, and the key of this site."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from chat_app.bootstrap.sign_in.organisations import saml_configs
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.identities.flows import where
from tests.api.saml.arriving import arrived, refusal, user_of
from tests.api.saml_logout.messages import BOMB
from tests.saml.server import SamlServer, keys
from tests.support.factory import Factory

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("fault", ["encrypted", ""])
async def test_an_encrypted_assertion_is_opened(clients: Clients, fault: str):
    browser = clients.browser()
    response = await arrived(browser, "mio", fault=fault)
    assert where(await browser.get(ORIGIN + response.headers["location"])) == "/welcome?next=%2Fsettings"
    assert (await browser.get("me")).json()["username"] == "mio"


@pytest.mark.parametrize("fault", ["encrypted unsigned", "encrypted to another", "encrypted weakly"])
async def test_a_faulty_encrypted_assertion_is_refused(clients: Clients, make: Factory, fault: str):
    assert refusal(await arrived(clients.browser(), "mio", fault=fault)) == "assertion_refused"
    assert await user_of(make, "mio@corp.example") is None


def beside_a_forged_one(xml: bytes) -> bytes:
    """Another person's assertion, unsigned and in plain text, stands beside the encrypted one."""
    root = etree.fromstring(xml)
    forged = (
        '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_forged" Version="2.0"'
        ' IssueInstant="2026-01-01T00:00:00Z"><saml:Issuer>x</saml:Issuer>'
        "<saml:Subject><saml:NameID>id-boss</saml:NameID></saml:Subject></saml:Assertion>"
    )
    root.append(etree.fromstring(forged))
    return etree.tostring(root)


def within_a_bomb(xml: bytes) -> bytes:
    return f'<!DOCTYPE x [<!ENTITY a "lol">{BOMB}]>'.encode() + xml.replace(b"</", b"&i;</", 1)


@pytest.mark.parametrize("change", [beside_a_forged_one, within_a_bomb])
async def test_a_changed_encrypted_assertion_is_refused(clients: Clients, change: Callable[[bytes], bytes]):
    assert refusal(await arrived(clients.browser(), "mio", change, fault="encrypted")) == "assertion_refused"


@pytest.mark.saml(encrypted=True)
async def test_a_plain_assertion_is_refused_where_encrypted_ones_are_wanted(clients: Clients):
    assert refusal(await arrived(clients.browser(), "mio")) == "assertion_refused"
    assert (await arrived(clients.browser(), "mio", fault="encrypted")).headers["location"].startswith("/api/v1/auth")


def test_a_wrong_key_is_said_at_the_start(server: SamlServer, settings: Settings, tmp_path: Path):
    _, other = keys(tmp_path)
    told = {"_env_file": None, "saml_file": server.file(), "public_url": ORIGIN}
    key = server.site_key.read_text()
    with pytest.raises(ValueError, match="set both"):
        Settings(**told, saml_key=key)
    with pytest.raises(ValueError, match="need SAML_KEY"):
        Settings(**told | {"saml_file": server.file(encrypted=True)})
    for secret, file in (("no key", server.site_certificate), (key, other), (key, tmp_path / "none")):
        wrong = Settings(**told | {"saml_file": server.file()}, saml_key=secret, saml_certificate=file)
        with pytest.raises(ValueError, match="SAML_"):
            saml_configs(wrong)
