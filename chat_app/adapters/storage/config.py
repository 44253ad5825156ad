"""The configuration of a bucket."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BucketConfig:
    """The settings of a bucket.

    Without ``user``, the credentials are those that AWS's tools find: environment, files, roles.
    """

    bucket: str
    endpoint: str | None = None
    region: str | None = None
    prefix: str = ""
    encryption: str = ""
    """The server-side encryption: ``AES256``, ``aws:kms``, ``aws:kms:KEY``, or none."""
    by_path: bool = False
    """Whether addresses have the bucket in their path, in place of the host name."""
    user: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Names a distribution of CloudFront in front of a bucket, and the key that signs its addresses."""

    url: str
    key_id: str
    key_file: Path
    """The private key (RSA, PEM)."""
