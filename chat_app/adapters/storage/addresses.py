"""Sign the site's own addresses of files, so that they can be neither forged nor changed."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict
from typing import Final

from chat_app.core.files.storage.ports import Permit, Presentation

READ: Final = "GET"
SEND: Final = "PUT"


class Addresses:
    """Signs permits with a key, and reads them again."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, method: str, permit: Permit) -> str:
        """Return the last part of an address."""
        text = json.dumps([method, asdict(permit)], separators=(",", ":")).encode()
        said = urlsafe_b64encode(text).rstrip(b"=")
        return f"{said.decode()}.{self._seal(said).decode()}"

    def read(self, method: str, signed: str, now: float) -> Permit | None:
        """Return the permission of an address for a method, or ``None`` if it has expired or was not signed here."""
        said, _, seal = signed.encode("utf-8", "replace").rpartition(b".")
        if not hmac.compare_digest(self._seal(said), seal):
            return None
        signed_method, fields = json.loads(urlsafe_b64decode(said + b"=" * (-len(said) % 4)))
        shown = fields.pop("shown")
        permit = Permit(**fields, shown=Presentation(**shown) if shown else None)
        return permit if signed_method == method and now < permit.expires else None

    def _seal(self, said: bytes) -> bytes:
        return urlsafe_b64encode(hmac.digest(self._key, said, "sha256")).rstrip(b"=")
