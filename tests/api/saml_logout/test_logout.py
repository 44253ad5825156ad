"""Single logout by SAML at a real provider, begun here and there."""

import base64
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from chat_app.adapters.auth.saml.config import SamlKey
from chat_app.adapters.auth.saml.messages import Site, sent_to, settings_of
from chat_app.adapters.auth.saml.metadata import SamlEndpoint
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.api.identities.flows import where
from tests.api.saml.arriving import BACK, returned
from tests.saml.server import SamlServer, keys

pytestmark = pytest.mark.slow


async def at_provider(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        return await browser.get(url)


async def test_signing_out_here_ends_the_session_at_the_provider_too(clients: Clients, server: SamlServer):
    browser = clients.browser()
    await returned(browser, "mio")
    left = await browser.post("auth/logout")
    assert left.status_code == 200
    error(await browser.get("me"), 401, "not_signed_in")
    there = await at_provider(left.json()["url"])
    assert there.status_code == 302, there.text
    back = there.headers["location"]
    assert back.startswith(f"{BACK}/slo?SAMLResponse=")
    assert where(await browser.get(back)) == "/sign-in"
    assert (await at_provider(f"{server.url}/slo")).text == "200"  # no session is left that it could end


async def test_signing_out_there_ends_the_session_here_and_no_other(clients: Clients, server: SamlServer):
    browser, other, password = clients.browser(), clients.browser(), clients.browser()
    await returned(browser, "mio")
    asked = (await at_provider(f"{server.url}/slo")).headers["location"]
    await returned(other, "mio")
    answered = await password.get(asked)  # with no cookie of this site
    assert answered.status_code == 302, answered.text
    assert answered.headers["location"].startswith(f"{server.url}/slo?SAMLResponse=")
    error(await browser.get("me"), 401, "not_signed_in")
    assert (await other.get("me")).status_code == 200
    taken = await at_provider(answered.headers["location"])
    assert taken.status_code != 500, taken.text
    assert where(await browser.get(asked)) == "/sign-in?error=logout_refused"  # once


def changed(url: str, **more: str | None) -> str:
    """Return the address with other parameters, or without those that are None."""
    query = dict(parse_qsl(urlsplit(url).query)) | more
    return f"{url.partition('?')[0]}?{urlencode({name: value for name, value in query.items() if value is not None})}"


def of_another(url: str) -> str:
    """Return the request with another person's name in it, under the old signature."""
    packed = base64.b64decode(dict(parse_qsl(urlsplit(url).query))["SAMLRequest"])
    xml = zlib.decompress(packed, -15).replace(b"id-mio", b"id-boss")
    deflate = zlib.compressobj(wbits=-15)
    return changed(url, SAMLRequest=base64.b64encode(deflate.compress(xml) + deflate.flush()).decode())


@pytest.mark.parametrize(
    "change",
    [
        of_another,
        lambda url: changed(url, Signature=None),
        lambda url: changed(url, Signature="AAAA"),
        lambda url: changed(url, SigAlg="http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        lambda url: changed(url, SigAlg=None),
        lambda url: changed(url, RelayState="https://evil.example"),
        lambda url: changed(url, SAMLRequest=None),
        lambda url: url + "&SAMLRequest=AAAA",
        lambda url: changed(url, SAMLRequest="A" * 30_000),
    ],
)
async def test_a_changed_logout_is_refused(clients: Clients, server: SamlServer, change: Callable[[str], str]):
    browser = clients.browser()
    await returned(browser, "mio")
    asked = (await at_provider(f"{server.url}/slo")).headers["location"]
    assert where(await browser.get(change(asked))) == "/sign-in?error=logout_refused"
    assert (await browser.get("me")).status_code == 200


def made(server: SamlServer, key: Path, certificate: Path, **more: str) -> str:
    """Return a logout of mio that whoever has the key has signed."""
    told = {
        "issued": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "destination": f"{BACK}/slo",
        "issuer": server.entity_id,
    } | more
    xml = (
        '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
        ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0"'
        f' IssueInstant="{told["issued"]}" Destination="{told["destination"]}">'
        f"<saml:Issuer>{told['issuer']}</saml:Issuer><saml:NameID>id-mio</saml:NameID></samlp:LogoutRequest>"
    )
    deflate = zlib.compressobj(wbits=-15)
    packed = base64.b64encode(deflate.compress(xml.encode()) + deflate.flush()).decode()
    signer = Site(f"{BACK}/callback", SamlKey(key.read_text(), certificate.read_text()))
    endpoint = SamlEndpoint(server.entity_id, f"{server.url}/sso", (certificate.read_text(),))
    return sent_to(f"{BACK}/slo", settings_of(endpoint, signer), "SAMLRequest", packed, "")


async def test_a_logout_without_an_index_ends_all_sessions_that_the_provider_began(
    clients: Clients, server: SamlServer, tmp_path: Path
):
    own = (server.folder / "key.pem", server.certificate)
    browsers = [clients.browser(), clients.browser()]
    for browser in browsers:
        await returned(browser, "mio")
    late = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for wrong in ({"issued": late}, {"destination": f"{BACK}/slo/x"}, {"issuer": "https://other.example"}):
        assert where(await browsers[0].get(made(server, *own, **wrong))) == "/sign-in?error=logout_refused"
    assert where(await browsers[0].get(made(server, *keys(tmp_path)))) == "/sign-in?error=logout_refused"
    assert (await browsers[0].get("me")).status_code == 200
    assert (await browsers[0].get(made(server, *own))).headers["location"].startswith(f"{server.url}/slo")
    for browser in browsers:
        error(await browser.get("me"), 401, "not_signed_in")
