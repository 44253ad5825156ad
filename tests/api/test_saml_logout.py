"""Single logout by SAML at a real provider, begun here or there; encrypted assertions; the provider's metadata."""

import base64
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from lxml import etree

from chat_app.adapters.auth.saml.config import SamlConfig, SamlKey
from chat_app.adapters.auth.saml.messages import Site, sent_to, settings_of
from chat_app.adapters.auth.saml.metadata import Metadata, SamlEndpoint, check_signature, read_metadata
from chat_app.bootstrap import Runtime
from chat_app.bootstrap.sign_in.organisations import saml_configs
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.organisation import Organisation
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.saml.arriving import BACK, arrived, refusal, returned, user_of
from tests.api.test_identities import where
from tests.saml.server import SamlServer, keys
from tests.support.clock import Clock
from tests.support.factory import Factory

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlServer]:
    with SamlServer(tmp_path_factory.mktemp("saml")) as server:
        yield server


@pytest.fixture
def server(shared: SamlServer) -> SamlServer:
    httpx.post(f"{shared.url}/forget")
    return shared


@pytest.fixture
def more(request: pytest.FixtureRequest) -> dict[str, Any]:
    mark = request.node.get_closest_marker("saml")
    return mark.kwargs if mark else {}


@pytest.fixture
def settings(worker_database: str, server: SamlServer, more: dict[str, Any]) -> Settings:
    return Settings(
        _env_file=None,
        database_url=worker_database,
        saml_file=server.file(slo_url=f"{server.url}/slo", **more),
        saml_key=server.site_key.read_text(),
        saml_certificate=server.site_certificate,
        public_url=ORIGIN,
    )


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


async def test_the_metadata_has_the_key_and_the_address_of_logouts(clients: Clients):
    response = await clients().get("auth/corp/metadata")
    root = etree.fromstring(response.content)
    assert {each.get("use") for each in root.iter("{*}KeyDescriptor")} == {"signing", "encryption"}
    [out] = root.iter("{*}SingleLogoutService")
    assert out.get("Location") == f"{BACK}/slo"
    assert 'AuthnRequestsSigned="true"' in response.text
    left = await clients.browser().get("auth/corp/start")
    assert {"SAMLRequest", "RelayState", "Signature", "SigAlg"} == set(
        dict(parse_qsl(urlsplit(left.headers["location"]).query))
    )


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


def _config(server: SamlServer, **more: Any) -> SamlConfig:
    return SamlConfig("corp", "Corp", server.entity_id, Organisation(), f"{server.url}/metadata", **more)


async def test_metadata_is_fetched_once_for_many_and_not_again_after_a_failure(
    server: SamlServer, monkeypatch: pytest.MonkeyPatch
):
    import asyncio

    asked = 0
    fetched = Metadata._fetched

    async def counted(self: Metadata) -> bytes:
        nonlocal asked
        asked += 1
        return await fetched(self)

    monkeypatch.setattr(Metadata, "_fetched", counted)
    good = Metadata(_config(server))
    found = await asyncio.gather(*(good.endpoint() for _ in range(20)))
    assert asked == 1
    assert found[0].slo_url == f"{server.url}/slo"
    away = Metadata(SamlConfig("corp", "Corp", "x", Organisation(), "http://127.0.0.1:9/metadata"))
    for each in await asyncio.gather(*(away.endpoint() for _ in range(20)), return_exceptions=True):
        assert isinstance(each, ProviderUnavailable)
    assert asked == 2


async def test_metadata_must_be_signed_where_a_certificate_is_named(server: SamlServer):
    with pytest.raises(ProviderUnavailable):
        await Metadata(_config(server, metadata_certificate=server.certificate.read_text())).endpoint()


def test_the_signature_of_metadata_is_that_of_the_whole(server: SamlServer, tmp_path: Path):
    from onelogin.saml2.metadata import OneLogin_Saml2_Metadata

    plain = httpx.get(f"{server.url}/metadata").text
    key, certificate = (server.folder / "key.pem").read_text(), server.certificate.read_text()
    signed = OneLogin_Saml2_Metadata.sign_metadata(plain, key, certificate)
    signed = signed if isinstance(signed, bytes) else signed.encode()
    check_signature(signed, certificate)
    _, other = keys(tmp_path)
    for wrong, by in (
        (signed.replace(b"/sso", b"/oss"), certificate),
        (signed, other.read_text()),
        (plain.encode(), certificate),
        (b"<EntitiesDescriptor>" + plain.encode() + signed + b"</EntitiesDescriptor>", certificate),
    ):
        with pytest.raises(ValueError, match="not signed"):
            check_signature(wrong, by)


BOMB = "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(8))


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace("http://127", "javascript:alert(1)//"),
        lambda xml: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xml.replace("</", "&e;</", 1),
        lambda xml: f'<!DOCTYPE x [<!ENTITY a "lol">{BOMB}]>' + xml.replace("</", "&i;</", 1),
    ],
)
def test_metadata_with_unsafe_contents_is_refused(server: SamlServer, change: Callable[[str], str]):
    xml = httpx.get(f"{server.url}/metadata").text.partition("?>")[2] or httpx.get(f"{server.url}/metadata").text
    assert read_metadata(xml).sso_url == f"{server.url}/sso"
    with pytest.raises(ValueError, match="no metadata"):
        read_metadata(change(xml))


@pytest.mark.parametrize(("skew", "code"), [(0, "assertion_expired"), (600, "")])
async def test_clocks_may_differ_by_as_much_as_is_set(
    clients: Clients, parts: Runtime, clock: Clock, skew: int, code: str, monkeypatch: pytest.MonkeyPatch
):
    from dataclasses import replace

    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    provider: Any = parts.providers["corp"]
    provider._config = replace(provider._config, clock_skew=skew)
    now = OneLogin_Saml2_Utils.now
    monkeypatch.setattr(OneLogin_Saml2_Utils, "now", staticmethod(lambda: now() - 300))
    response = await arrived(clients.browser(), "mio")
    assert refusal(response) == code if code else response.headers["location"].startswith("/api/v1/auth/corp/finish")
