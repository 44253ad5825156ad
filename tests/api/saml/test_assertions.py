"""Assertions of SAML that are not to be believed, or come again, or unasked."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from lxml import etree
from sqlalchemy import select

from chat_app.core.accounts.tables import User
from tests.api.conftest import ORIGIN, Clients
from tests.api.identities.flows import where
from tests.api.saml.arriving import BACK, arrived, refusal, returned, user_of
from tests.saml.server import SamlServer, form_of
from tests.support.clock import Clock
from tests.support.factory import Factory

pytestmark = pytest.mark.slow

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unsigned", "assertion_refused"),
        ("expired", "assertion_expired"),
        ("audience", "assertion_refused"),
        ("recipient", "assertion_refused"),
        ("sha1", "assertion_refused"),
    ],
)
async def test_a_faulty_assertion_is_refused(clients: Clients, make: Factory, fault: str, code: str):
    assert refusal(await arrived(clients.browser(), "mio", fault=fault)) == code
    assert await user_of(make, "mio@corp.example") is None


def tampered(xml: bytes) -> bytes:
    return xml.replace(b"mio@corp.example", b"boss@corp.example")


def _parts(xml: bytes) -> tuple[Any, Any]:
    root = etree.fromstring(xml)
    [assertion] = root.iter(f"{{{SAML}}}Assertion")
    return root, assertion


def _forged(assertion: Any) -> Any:
    """A copy without a signature, of somebody else."""
    forged = etree.fromstring(tampered(etree.tostring(assertion)))
    forged.set("ID", "_forged")
    for signature in list(forged.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")):
        signature.getparent().remove(signature)
    return forged


def wrapped_before(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    assertion.addprevious(_forged(assertion))
    return etree.tostring(root)


def wrapped_after(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    assertion.addnext(_forged(assertion))
    return etree.tostring(root)


def wrapped_inside(xml: bytes) -> bytes:
    """The signed assertion becomes a part of the forged one's signature."""
    root, assertion = _parts(xml)
    forged = _forged(assertion)
    [signature] = assertion.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assertion.getparent().replace(assertion, forged)
    forged.insert(1, signature)
    kept = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    kept.append(assertion)
    return etree.tostring(root)


def wrapped_in_extensions(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    forged = _forged(assertion)
    assertion.getparent().replace(assertion, forged)
    extensions = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extensions.append(assertion)
    root.insert(1, extensions)
    return etree.tostring(root)


def with_the_same_id(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    forged = _forged(assertion)
    forged.set("ID", assertion.get("ID"))
    assertion.addprevious(forged)
    return etree.tostring(root)


def with_comment(xml: bytes) -> bytes:
    return xml.replace(b"mio@corp.example", b"boss@corp.example<!-- -->.mio@corp.example")


def signed_by(algorithm: bytes) -> Callable[[bytes], bytes]:
    """Return a change that names another algorithm of the signature."""
    return lambda xml: re.sub(rb'(SignatureMethod Algorithm=")[^"]+', rb"\1" + algorithm, xml)


def without_signature(xml: bytes) -> bytes:
    root, _ = _parts(xml)
    for signature in list(root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")):
        signature.getparent().remove(signature)
    return etree.tostring(root)


def with_another_name(xml: bytes) -> bytes:
    return re.sub(rb"(<saml:NameID[^>]*>)", rb"\1id-boss</saml:NameID>\1", xml)


def with_entity(xml: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xml.replace(b"mio of Corp", b"&e;")


def answering_another(xml: bytes) -> bytes:
    return re.sub(rb'InResponseTo="[^"]+"', b'InResponseTo="_another"', xml, count=1)


def answering_none(xml: bytes) -> bytes:
    return re.sub(rb' InResponseTo="[^"]+"', b"", xml, count=1)


@pytest.mark.parametrize(
    "change",
    [
        *(tampered, wrapped_before, wrapped_after, wrapped_inside, wrapped_in_extensions, with_the_same_id),
        *(with_comment, with_entity, answering_another, answering_none, lambda xml: b"no xml", lambda xml: b""),
        *(without_signature, with_another_name, signed_by(b"none"), signed_by(b"")),
        *(signed_by(b"http://www.w3.org/2000/09/xmldsig#hmac-sha1"),),
        *(signed_by(b"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),),
        lambda xml: b"<a/>" * 100_000,
    ],
)
async def test_a_changed_assertion_is_refused(clients: Clients, make: Factory, change: Callable[[bytes], bytes]):
    assert refusal(await arrived(clients.browser(), "mio", change)) == "assertion_refused"
    assert await user_of(make, "mio@corp.example") is None


@pytest.mark.parametrize("inside", [b"<!-- -->", b"<!---->"])
async def test_comment_in_a_value_does_not_cut_it(clients: Clients, make: Factory, inside: bytes):
    """A signature stays valid with comments: the part before a comment must not be read as the whole value."""
    browser = clients.browser()
    await returned(browser, "mio")
    me = (await browser.get("me")).json()

    def commented(xml: bytes) -> bytes:
        assert xml.count(b">id-mio<") == 1
        found = xml.replace(b">id-mio<", b">id-m" + inside + b"io<")
        return found.replace(b">mio@corp.example<", b">mio@corp" + inside + b".example<")

    again = clients.browser()
    response = await arrived(again, "mio", commented)
    if "error" not in response.headers["location"]:
        await again.get(ORIGIN + response.headers["location"])
        assert (await again.get("me")).json() == me
    async with make.work.begin() as ctx:
        assert {each.email for each in await ctx.db.scalars(select(User))} == {"boss@corp.example", "mio@corp.example"}


async def test_an_assertion_works_once_and_in_the_browser_that_asked(clients: Clients, clock: Clock):
    browser, thief = clients.browser(), clients.browser()
    left = await browser.get("auth/corp/start")
    form = await form_of(left.headers["location"], "mio")
    first = await browser.post("auth/corp/acs", data=form)
    assert refusal(await browser.post("auth/corp/acs", data=form)) == "assertion_replayed"
    stolen = where(await thief.get(ORIGIN + first.headers["location"]))
    assert stolen == "/sign-in?error=sign_in_expired"
    assert where(await browser.get(ORIGIN + first.headers["location"])) == "/welcome"
    assert where(await browser.get(ORIGIN + first.headers["location"])) == "/sign-in?error=sign_in_expired"

    late = await arrived(clients.browser(), "mio")
    clock.advance(minutes=2, seconds=1)
    assert where(await browser.get(ORIGIN + late.headers["location"])) == "/sign-in?error=sign_in_expired"


async def test_assertion_for_another_request_is_refused(clients: Clients):
    browser = clients.browser()
    others = await form_of((await browser.get("auth/corp/start")).headers["location"], "mio")
    mine = await form_of((await browser.get("auth/corp/start")).headers["location"], "mio")
    mixed = others | {"RelayState": mine["RelayState"]}
    response = await browser.post("auth/corp/acs", data=mixed)
    assert where(await browser.get(ORIGIN + response.headers["location"])) == "/sign-in?error=sign_in_expired"


async def unasked(clients: Clients, server: SamlServer, browser: httpx.AsyncClient, state: str = "") -> httpx.Response:
    asked = {"acs": f"{BACK}/acs", "audience": f"{BACK}/metadata", "RelayState": state}
    form = await form_of(f"{server.url}/sso", "mio", **asked)
    return await browser.post("auth/corp/acs", data=form, headers={"Origin": server.url})


async def test_unrequested_assertion_is_refused(clients: Clients, server: SamlServer):
    assert refusal(await unasked(clients, server, clients.browser())) == "assertion_unasked"


@pytest.mark.saml(idp_initiated=True)
async def test_unrequested_assertion_is_accepted_if_settings_allow_it(clients: Clients, server: SamlServer):
    browser = clients.browser()
    response = await unasked(clients, server, browser, "https://evil.example")
    assert where(await browser.get(ORIGIN + response.headers["location"])) == "/welcome"
    assert (await browser.get("me")).json()["username"] == "mio"
    response = await unasked(clients, server, clients.browser(), "/settings")
    assert where(await browser.get(ORIGIN + response.headers["location"])) == "/welcome?next=%2Fsettings"
