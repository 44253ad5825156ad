"""Apple for tests: its own root, which has a chain of certificates and signs notifications."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

BUNDLE, APP = "app.parley", 12345
LEAF, INTERMEDIATE = "1.2.840.113635.100.6.11.1", "1.2.840.113635.100.6.2.1"
"""The marks by which Apple's library knows certificates of the App Store."""


class Apple:
    """Signs as Apple does; `root` is what an operator trusts."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        root_key, middle_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _certificate("Root", root_key, "Root", root_key, authority=True)
        middle = _certificate("Middle", middle_key, "Root", root_key, authority=True, mark=INTERMEDIATE)
        leaf = _certificate("Leaf", self._key, "Middle", middle_key, authority=False, mark=LEAF)
        self.root = root.public_bytes(Encoding.DER)
        chain = [each.public_bytes(Encoding.DER) for each in (leaf, middle, root)]
        self._chain = [base64.b64encode(each).decode() for each in chain]

    def sign(self, payload: dict[str, Any]) -> str:
        return jwt.encode(payload, self._key, "ES256", {"x5c": self._chain})

    def transaction(self, product: str, user: object, **more: Any) -> dict[str, Any]:
        """Apple's data of a purchase."""
        now = _milliseconds(datetime.now(UTC))
        about = {"transactionId": uuid4().hex, "originalTransactionId": uuid4().hex, "productId": product}
        about |= {"bundleId": BUNDLE, "environment": "Production", "inAppOwnershipType": "PURCHASED"}
        times = {"purchaseDate": now, "originalPurchaseDate": now, "signedDate": now}
        money = {"currency": "USD", "price": 5000, "quantity": 1}
        return {**about, **times, **money, "appAccountToken": str(user), **more}

    def notification(
        self, kind: str, transaction: dict[str, Any], *, status: int | None = None, renews: int = 1
    ) -> str:
        """A notification, signed."""
        data: dict[str, Any] = {"bundleId": BUNDLE, "appAppleId": APP, "environment": "Production"}
        data["signedTransactionInfo"] = self.sign(transaction)
        if status:
            renewal = {"environment": "Production", "autoRenewStatus": renews, "signedDate": transaction["signedDate"]}
            data |= {"status": status, "signedRenewalInfo": self.sign(renewal)}
        about = {"notificationType": kind, "notificationUUID": str(uuid4()), "version": "2.0"}
        return self.sign({**about, "signedDate": transaction["signedDate"], "data": data})


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _certificate(name: str, key: Any, issuer: str, by: Any, *, authority: bool, mark: str = "") -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if authority:
        names = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "digital_signature")
        rest = dict.fromkeys([*names, "encipher_only", "decipher_only"], False)
        usage = x509.KeyUsage(key_cert_sign=True, crl_sign=True, **rest)
        builder = builder.add_extension(usage, critical=True)
    if mark:
        builder = builder.add_extension(x509.UnrecognizedExtension(ObjectIdentifier(mark), b"\x05\x00"), critical=False)
    return builder.sign(by, hashes.SHA256())
