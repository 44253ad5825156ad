"""`check` asks every server that the settings and the database name, and reports the problem of each in a line."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from chat_app.core.access.site import SiteRole
from chat_app.core.connections.commands import create_connection
from chat_app.launch.checks import check, services
from chat_app.settings import Settings
from tests.ldap.server import BASE, SERVICE, LdapServer
from tests.saml.server import SamlServer
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

OWN = {"secret_key": "s" * 32, "_env_file": None, "public_url": "http://parley.test"}


@pytest.fixture
def saml(tmp_path: Path) -> Iterator[SamlServer]:
    with SamlServer(tmp_path) as server:
        yield server


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor() as vendor:
        yield vendor


def ldap(server: LdapServer, password: str = SERVICE[1]) -> Settings:
    told: dict[str, Any] = {"ldap_url": server.url, "ldap_base_dn": BASE, "ldap_domains": "corp.example"}
    return Settings(**OWN, **told, ldap_bind_dn=SERVICE[0], ldap_bind_password=password)


async def test_the_directory_is_signed_in_to():
    with LdapServer() as server:
        with pytest.raises(RuntimeError, match="LDAP finds nobody"):
            await services.directory(ldap(server))
        server.add("rin", "password")
        assert "accepts the account that searches; 1 may" in await services.directory(ldap(server))
        with pytest.raises(OSError, match="refuses LDAP_BIND_DN"):
            await services.directory(ldap(server, "guess"))
    with pytest.raises(OSError, match="cannot be reached"):
        await services.directory(ldap(server))


async def test_a_certificate_that_has_ended_is_said(tmp_path: Path):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    for days, file in ((-1, "old.pem"), (10, "new.pem")):
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        made = made.serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=9))
        made = made.not_valid_after(datetime.now(UTC) + timedelta(days=days))
        (tmp_path / file).write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    (tmp_path / "words.pem").write_text("words")
    both: dict[str, Any] = {"saml_key": "k", "_env_file": None}
    assert "the first ends on" in await services.certificates(Settings(**both, saml_certificate=tmp_path / "new.pem"))
    for file, said in (("old", "SAML_CERTIFICATE ended on"), ("words", "no certificate"), ("none", "No such file")):
        with pytest.raises(RuntimeError, match=said):
            await services.certificates(Settings(**both, saml_certificate=tmp_path / f"{file}.pem"))


async def test_the_metadata_of_providers_is_read(saml: SamlServer):
    good = Settings(**OWN, saml_file=saml.file(metadata_url=f"{saml.url}/metadata"))
    assert await services.providers(good) == "Corp"
    wrong = Settings(**OWN, saml_file=saml.file(metadata_url=f"{saml.url}/nothing"))
    with pytest.raises(RuntimeError, match=r"Corp \(corp\)"):
        await services.providers(wrong)


@asynccontextmanager
async def clamd(answer: bytes) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zVERSION\0"
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_the_scanner_is_asked():
    async with clamd(b"ClamAV 1.4.3\0") as url:
        assert await services.scanner(Settings(**OWN, clamd_url=url)) == "clamd ClamAV 1.4.3"
    async with clamd(b"") as url:
        with pytest.raises(Exception, match="scanner"):
            await services.scanner(Settings(**OWN, clamd_url=url))


async def test_connections_of_the_database_are_asked(worker_database: str, make: Factory, vendor: ScriptedVendor):
    admin = replace(await make.actor(), site_roles=frozenset({SiteRole.ADMIN}))
    settings = Settings(**OWN, database_url=worker_database)
    assert await services.connections(settings) == "none in the database"
    async with make.work.begin(admin) as ctx:
        await create_connection(ctx, kind="compatible", name="Good", base_url=f"{vendor.url}/v1", key="k")
    assert await services.connections(settings) == "1 of the database answer"
    async with make.work.begin(admin) as ctx:
        await create_connection(ctx, kind="compatible", name="Away", base_url="http://127.0.0.1:9/v1", key="k")
    with pytest.raises(RuntimeError, match=r"^Away \(.*\): connection unreachable$"):
        await services.connections(settings)


async def test_a_key_that_stripe_does_not_know_is_said(tmp_path: Path):
    (tmp_path / "plans.json").write_text("{}")
    settings = Settings(
        **OWN,
        plans=tmp_path / "plans.json",
        stripe_secret_key="sk_test",
        stripe_webhook_secret="whsec",
        stripe_api_base="http://127.0.0.1:9",
    )
    with pytest.raises(RuntimeError, match="STRIPE_SECRET_KEY"):
        await services.stripe(settings)


def test_a_server_that_never_answers_is_one_line(monkeypatch: pytest.MonkeyPatch, worker_database: str, tmp_path: Path):
    async def never(settings: Settings) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(check, "SECONDS", 0.2)
    monkeypatch.setattr(check, "_CHECKS", {"scanner": never})
    lines: list[str] = []
    assert check.problems(Settings(**OWN, database_url=worker_database, data_dir=tmp_path), lines.append) == 1
    assert lines[-1] == "PROBLEM  scanner: no answer within 0.2 seconds"
