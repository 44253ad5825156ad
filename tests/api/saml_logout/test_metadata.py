"""SAML metadata: this site's own, and that of a provider."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from lxml import etree

from chat_app.adapters.auth.saml.config import SamlConfig
from chat_app.adapters.auth.saml.metadata import Metadata, check_signature, read_metadata
from chat_app.bootstrap import Runtime
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.organisation import Organisation
from tests.api.conftest import Clients
from tests.api.saml.arriving import BACK, arrived, refusal
from tests.api.saml_logout.messages import BOMB
from tests.saml.server import SamlServer, keys
from tests.support.clock import Clock

pytestmark = pytest.mark.slow


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
