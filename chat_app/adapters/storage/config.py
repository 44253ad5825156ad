"""The configuration of a bucket."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BucketConfig:
    """Names a bucket. Without ``user``, the credentials are those that AWS's tools find: environment, files, roles."""

    bucket: str
    endpoint: str | None = None
    region: str | None = None
    prefix: str = ""
    encryption: str = ""
    """The server-side encryption: ``AES256``, ``aws:kms``, ``aws:kms:KEY``, or none."""
    by_path: bool = False
    """Whether the bucket stands in the path of its addresses, not in the host."""
    user: str | None = None
    secret: str | None = field(default=None, repr=False)
