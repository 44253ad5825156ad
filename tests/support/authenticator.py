"""A passkey's device without a browser: it makes and uses real keys, and can be made to cheat."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One passkey. `answer` may be told another origin, domain, counter, key or flags than are right."""

    def __init__(self, origin: str, domain: str) -> None:
        self.origin, self.domain, self.count = origin, domain, 0
        self.id, self.key = secrets.token_bytes(16), ec.generate_private_key(ec.SECP256R1())
        self.handle = b""

    def make(self, options: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """Return the browser's answer to options of `navigator.credentials.create`."""
        self.handle = decoded(options["user"]["id"])
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32), -3: public.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(cose)
        data = self._data(wrong, WITH_KEY) + attested
        told = self._told("webauthn.create", options, wrong)
        response = {"attestationObject": encoded(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))}
        return self._credential(response | {"clientDataJSON": encoded(told)})

    def answer(self, options: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """Return the browser's answer to options of `navigator.credentials.get`."""
        self.count = wrong.get("count", self.count + 1)
        data, told = self._data(wrong), self._told("webauthn.get", options, wrong)
        key = wrong.get("key", self.key)
        signature = key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        handle = wrong.get("handle", self.handle)
        response = {"authenticatorData": encoded(data), "signature": encoded(signature), "userHandle": encoded(handle)}
        return self._credential(response | {"clientDataJSON": encoded(told)})

    def _told(self, kind: str, options: dict[str, Any], wrong: dict[str, Any]) -> bytes:
        challenge = wrong.get("challenge", options["challenge"])
        origin = wrong.get("origin", self.origin)
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _data(self, wrong: dict[str, Any], more: int = 0) -> bytes:
        domain = hashlib.sha256(wrong.get("domain", self.domain).encode()).digest()
        flags = wrong.get("flags", PRESENT | VERIFIED) | more
        return domain + bytes([flags]) + self.count.to_bytes(4)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "response": response}
