"""Open the storage of files that the settings name."""

import secrets
from contextlib import AsyncExitStack

from chat_app.adapters.storage.config import BucketConfig, Distribution
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.bootstrap.files.media import build_scanner
from chat_app.bootstrap.secrets import revealed
from chat_app.core.files.objects.uploads import Uploads
from chat_app.core.files.storage.ports import Examiner, Storage
from chat_app.core.kernel.context import Clock, UnitOfWork
from chat_app.core.kernel.secrets.vault import key_for
from chat_app.settings import Settings


def open_storage(settings: Settings, clock: Clock, stops: AsyncExitStack) -> Storage:
    """Return the storage. Connects to nothing, and makes no folder yet."""
    storage = _in_bucket(settings) or _on_disk(settings, clock)
    stops.push_async_callback(storage.aclose)
    return storage


def build_uploads(settings: Settings, work: UnitOfWork, storage: Storage, examiner: Examiner) -> Uploads:
    """Return the service that receives files and has them examined."""
    return Uploads(work, storage, examiner, build_scanner(settings))


def _on_disk(settings: Settings, clock: Clock) -> Storage:
    secret = revealed(settings.secret_key)
    key = key_for(secret.encode() if secret else secrets.token_bytes(32), "files").raw_value
    return DiskStorage(settings.storage_folder or settings.data_dir / "files", key, settings.files_url, clock)


def _in_bucket(settings: Settings) -> Storage | None:
    bucket = settings.bucket
    if bucket is None:
        return None
    from chat_app.adapters.storage.s3_storage import S3Storage  # boto3 takes a second and 35 MB

    config = BucketConfig(
        bucket.name,
        bucket.endpoint,
        bucket.region,
        bucket.prefix,
        bucket.encryption,
        bucket.by_path,
        bucket.user,
        bucket.secret,
    )
    if settings.cloudfront_url is None:
        return S3Storage(config)
    assert settings.cloudfront_key_id, "the settings have all three or none"
    assert settings.cloudfront_key_file, "the settings have all three or none"
    from chat_app.adapters.storage.cloudfront_storage import CloudFrontStorage

    distribution = Distribution(settings.cloudfront_url, settings.cloudfront_key_id, settings.cloudfront_key_file)
    return CloudFrontStorage(config, distribution)
