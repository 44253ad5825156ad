"""Make the calls to a bucket, in threads. Imports boto3, which takes a second and 35 MB."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

import boto3
import structlog
from boto3.exceptions import Boto3Error
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chat_app.adapters.storage.config import BucketConfig
from chat_app.adapters.storage.patience import SECONDS, Patience
from chat_app.adapters.storage.threads import THREADS, Threads
from chat_app.core.files.errors import StorageAway

_MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchUpload"})
_DEFAULT_REGION: Final = "us-east-1"
_TIMES: Final = {"connect_timeout": 5, "read_timeout": 10, "retries": {"total_max_attempts": 3, "mode": "standard"}}
_SECONDS: Final = SECONDS

P = ParamSpec("P")
T = TypeVar("T")
log = structlog.get_logger()


def open_client(config: BucketConfig, signature: Any = "s3v4") -> Any:
    """Return a client for a bucket. Connects to nothing yet."""
    settings = Config(
        signature_version=signature,
        s3={"addressing_style": "path" if config.by_path else "virtual"},
        max_pool_connections=THREADS,
        request_checksum_calculation="when_required",  # only AWS knows the new checksums
        response_checksum_validation="when_required",
        **_TIMES,
    )
    region = config.region or _DEFAULT_REGION
    session = boto3.session.Session(config.user, config.secret, region_name=region)
    return session.client("s3", endpoint_url=config.endpoint, config=settings)


def origin_of(config: BucketConfig) -> str:
    """Return the origin of the bucket's addresses, which no credentials are needed to know."""
    client = open_client(config, UNSIGNED)
    address = urlsplit(client.generate_presigned_url("get_object", Params={"Bucket": config.bucket, "Key": "any"}))
    return f"{address.scheme}://{address.netloc}"


class BucketCalls:
    """Runs functions that call the bucket."""

    def __init__(self) -> None:
        self._threads = Threads()

    def patience(self) -> Patience:
        """Return the time of a call that begins."""
        return Patience(_SECONDS)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in a thread. Raises ``FileNotFoundError`` or ``StorageAway``."""
        return await self.run_while(self.patience(), function, *args, **kwargs)

    async def run_while(self, patience: Patience, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function as long as it makes progress. Otherwise it is abandoned; its thread ends later."""
        with plain_errors():
            try:
                return await patience.wait_for(self._threads.run(function, *args, **kwargs))
            except TimeoutError:
                log.error("storage_frozen", step=getattr(function, "__name__", ""))
                raise StorageAway from None

    def close(self) -> None:
        """End the threads."""
        self._threads.close()


@contextmanager
def plain_errors() -> Iterator[None]:
    """Translate the library's errors. The log gets no addresses, because they are signed."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise FileNotFoundError(code) from error
        log.error("storage_refuses", operation=error.operation_name, code=code)
        raise StorageAway from error
    except (BotoCoreError, Boto3Error) as error:
        log.error("storage_fails", error=type(error).__name__)
        raise StorageAway from error
