"""Open keys that AWS KMS has encrypted, and make such keys."""

from base64 import b64decode, b64encode
from binascii import Error
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

_CALLS: Final = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3})


class KeyUnavailable(Exception):
    """A key cannot be decrypted; the message says why."""


class KmsKeys:
    """Creates and decrypts keys by one KMS key. Region and credentials come from the environment."""

    def __init__(self, master: str) -> None:
        self._master = master
        self._client: Any = None

    def open(self, sealed: str) -> bytes:
        """Return the key that was encrypted as ``sealed``, in base64. Raises :class:`KeyUnavailable`."""
        try:
            blob = b64decode(sealed, validate=True)
        except Error as error:
            raise KeyUnavailable("it is not in base64") from error
        plain: bytes = self._call("decrypt", CiphertextBlob=blob)["Plaintext"]
        return plain

    def make(self) -> str:
        """Return a new key, encrypted, in base64. Raises :class:`KeyUnavailable`."""
        made = self._call("generate_data_key_without_plaintext", KeySpec="AES_256")
        return b64encode(made["CiphertextBlob"]).decode()

    def _call(self, name: str, **arguments: Any) -> Any:
        try:
            self._client = self._client or boto3.client("kms", config=_CALLS)
            return getattr(self._client, name)(KeyId=self._master, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise KeyUnavailable(str(error)) from error
