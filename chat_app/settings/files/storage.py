"""Settings of the storage of files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, HttpUrl, SecretStr, ValidationError, ValidationInfo, field_validator

from chat_app.settings.reading.area import AreaSettings, own, together

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9.-]*/)*")
_ENCRYPTION: Final = re.compile(r"|AES256|aws:kms(:\S+)?")
_WAYS: Final = {"": None, "path": True, "host": False}
_PARTS_OF_S3: Final = frozenset({"endpoint", "region", "prefix", "sse", "bucket_in"})


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, as ``STORAGE_URL`` names it."""

    name: str
    endpoint: str | None
    region: str | None
    prefix: str
    encryption: str
    by_path: bool
    user: str | None
    secret: str | None = field(repr=False)


class StorageSettings(AreaSettings):
    """The storage of files, their maximum size, and the address at which people read them."""

    storage_url: SecretStr | None = None
    upload_max_mb: int = Field(100, ge=1, le=50_000, validation_alias=own("upload_max_mb"))
    quota_person_mb: int = Field(0, ge=0, validation_alias=own("quota_person_mb"))
    quota_room_mb: int = Field(0, ge=0, validation_alias=own("quota_room_mb"))
    quota_site_mb: int = Field(0, ge=0, validation_alias=own("quota_site_mb"))
    files_url: str | None = Field(None, validation_alias=own("files_url"))
    cloudfront_url: str | None = Field(None, validation_alias=own("cloudfront_url"))
    cloudfront_key_id: str | None = Field(None, validation_alias=own("cloudfront_key_id"), pattern=r"^[A-Z0-9]{5,128}$")
    cloudfront_key_file: Path | None = Field(None, validation_alias=own("cloudfront_key_file"))

    @property
    def bucket(self) -> Bucket | None:
        """Return the bucket that keeps files, ``None`` if a folder does."""
        url = self.storage_url.get_secret_value() if self.storage_url else ""
        return _bucket(url) if url.startswith("s3:") else None

    @property
    def storage_folder(self) -> Path | None:
        """Return the folder that is set to keep files, if one is."""
        url = self.storage_url.get_secret_value() if self.storage_url else ""
        return Path(unquote(url.removeprefix("file:"))) if url.startswith("file:") else None

    @field_validator("storage_url")
    @classmethod
    def _names_a_place(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        url = value.get_secret_value()
        if url.startswith("s3:"):
            _bucket(url)
        elif not re.match(r"file:(//)?/[^/]", url):
            raise ValueError("neither a folder, as in file:/var/lib/parley/files, nor a bucket, as in s3://name")
        return value

    @field_validator("files_url")
    @classmethod
    def _is_another_origin(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        url, public = _origin(value, "PARLEY_FILES_URL"), info.data.get("public_url")
        if not public or url == public:
            raise ValueError("PARLEY_FILES_URL is another address than PARLEY_PUBLIC_URL, which must be set too")
        storage = info.data.get("storage_url")
        if storage and storage.get_secret_value().startswith("s3:"):
            raise ValueError("PARLEY_FILES_URL is for files in a folder; a bucket has an address of its own")
        return url

    @field_validator("cloudfront_url")
    @classmethod
    def _is_the_origin_of_a_distribution(cls, value: str | None) -> str | None:
        return value if value is None else _origin(value, "PARLEY_CLOUDFRONT_URL")

    @together
    def _distribution_is_whole(self) -> Iterator[str]:
        given = (self.cloudfront_url, self.cloudfront_key_id, self.cloudfront_key_file)
        if any(given) and not all(given):
            yield "CloudFront needs PARLEY_CLOUDFRONT_URL, _KEY_ID and _KEY_FILE, all three"
        if any(given) and self.bucket is None:
            yield "PARLEY_CLOUDFRONT_URL reads from a bucket: STORAGE_URL=s3://…"


def _bucket(url: str) -> Bucket:
    """Read ``s3://[key:secret@]name?…``. Raises ``ValueError``, whose words have no secret."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(set(given) - _PARTS_OF_S3):
        raise ValueError(f"the address of a bucket has no {unknown[0]}; it may have {', '.join(sorted(_PARTS_OF_S3))}")
    name = parts.netloc.rpartition("@")[2]
    if not _BUCKET.fullmatch(name) or parts.path not in {"", "/"}:
        raise ValueError("not a bucket, as in s3://name?region=eu-central-1; what its keys begin with is prefix=…")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("an access key and its secret are set both or not at all: s3://key:secret@name")
    prefix = given.get("prefix", "").strip("/")
    prefix = f"{prefix}/" if prefix else ""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("prefix may have letters, digits, -, . and /")
    if not _ENCRYPTION.fullmatch(given.get("sse", "")):
        raise ValueError("sse is AES256, aws:kms or aws:kms:KEY")
    if given.get("bucket_in", "") not in _WAYS:
        raise ValueError("bucket_in is path or host")
    endpoint = _origin(given["endpoint"], "endpoint") if given.get("endpoint") else None
    by_path = _WAYS[given.get("bucket_in", "")]
    return Bucket(
        name,
        endpoint,
        given.get("region") or None,
        prefix,
        given.get("sse", ""),
        bool(endpoint) if by_path is None else by_path,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )


def _origin(value: str, name: str) -> str:
    try:
        url = HttpUrl(value)
    except ValidationError:
        raise ValueError(f"{name} is an address, as in https://files.example.org") from None
    if url.path != "/" or url.query is not None or url.fragment is not None or url.username or url.password:
        raise ValueError(f"{name} has no path, query or user: https://files.example.org")
    return str(url).rstrip("/")
