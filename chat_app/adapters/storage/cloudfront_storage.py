"""The storage in a bucket whose objects browsers read through CloudFront. They send to the bucket as always."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chat_app.adapters.storage.config import BucketConfig, Distribution
from chat_app.adapters.storage.s3_storage import S3Storage
from chat_app.core.files.storage.names import checked_key, content_disposition, content_type
from chat_app.core.files.storage.ports import Presentation

SECONDS_MAX: Final = 300


class CloudFrontStorage(S3Storage):
    """Keeps objects in a bucket, and signs addresses of a distribution to read them."""

    def __init__(self, config: BucketConfig, distribution: Distribution) -> None:
        super().__init__(config)
        self._url = distribution.url
        self._signer = CloudFrontSigner(distribution.key_id, _signing(distribution.key_file))
        self.origins = (*self.origins, distribution.url)

    def url(self, key: str, shown: Presentation, seconds: int) -> str:
        """Return a signed address of the distribution for one object, with its presentation.

        The canned policy covers the whole address, including its query.
        """
        seconds = min(seconds, SECONDS_MAX)
        described = {
            "response-content-type": content_type(shown.mime_type),
            "response-content-disposition": content_disposition(shown),
            "response-cache-control": f"private, max-age={seconds}",
        }
        address = f"{self._url}/{self._prefix}{checked_key(key)}?{urlencode(described, quote_via=quote, safe='')}"
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        signed: str = self._signer.generate_presigned_url(address, date_less_than=until)
        return signed


def _signing(key_file: Path) -> Callable[[bytes], bytes]:
    """Return what signs a policy with a private key, as CloudFront checks it. Raises ``ValueError``."""
    key = load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return lambda policy: key.sign(policy, PKCS1v15(), SHA1())  # noqa: S303 (CloudFront takes no other)
