"""The storages that keep the contract: a folder behind the real app, moto's S3, and the S3 face of a Swift."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chat_app.adapters.storage.cloudfront_storage import CloudFrontStorage
from chat_app.adapters.storage.config import BucketConfig, Distribution
from chat_app.adapters.storage.s3_storage import S3Storage
from chat_app.api.app import guard
from chat_app.bootstrap import build
from chat_app.core.files.storage.ports import Storage
from chat_app.launch.server import Server, configuration
from chat_app.settings import Settings
from tests.adapters.storage.cloudfront import KEY_ID, Edge, write_key
from tests.adapters.storage.swift import SECRET, USER, Swift
from tests.support.api import the_api
from tests.support.ports import free_port
from tests.support.waiting import until

BUCKET = "files"
NOBODY = "postgresql://nobody@127.0.0.1:1/none"


class Place(Protocol):
    """A storage with its server."""

    storage: Storage
    url: str
    strict: bool
    """Whether the server checks signatures, sizes and expiry. Moto does not."""

    async def start(self, folder: Path) -> None: ...

    async def stop(self) -> None: ...


async def pages(scope: Any, receive: Any, send: Any) -> None:
    """Substitute the front end, which no test comes to."""


class Disk:
    """A folder, served by the site on a real port."""

    strict = True

    async def start(self, folder: Path) -> None:
        self.folder = folder / "kept"
        settings = Settings(
            _env_file=None, database_url=NOBODY, ollama_base_url=None, storage_url=f"file:{self.folder}"
        )
        self._parts = build(settings)
        self.storage = self._parts.storage
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = configuration(guard(the_api(), pages, self._parts))
        config.interface, config.lifespan = "asgi3", "off"
        self._server = Server(config, self.url)
        self._running = asyncio.create_task(self._server._serve([self._listener]))
        await until(lambda: self._server.started)

    async def stop(self) -> None:
        """Take the disk away, and the server with it."""
        self._server.should_exit = True
        await self._running
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.write_text("not a folder")

    async def close(self) -> None:
        await self._parts.stop()


class Remote:
    """A server that speaks S3."""

    def __init__(self, user: str, secret: str) -> None:
        self._keys = {"user": user, "secret": secret}

    async def open(self, encryption: str = "") -> None:
        config = BucketConfig(BUCKET, self.url, None, "own/", encryption, by_path=True, **self._keys)
        await until(self._has_bucket, seconds=60)
        self.storage = S3Storage(config)

    async def _has_bucket(self) -> bool:
        try:
            await asyncio.to_thread(self.client().create_bucket, Bucket=BUCKET)
        except (BotoCoreError, ClientError):
            await asyncio.sleep(0.1)
            return False
        return True

    def client(self) -> Any:
        config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
        session = boto3.session.Session(*self._keys.values(), region_name="us-east-1")
        return session.client("s3", endpoint_url=self.url, config=config)

    async def close(self) -> None:
        await self.stop()
        await self.storage.aclose()


class Moto(Remote):
    strict = False

    def __init__(self) -> None:
        super().__init__("key", "secret")

    async def start(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._launch(port, folder / "moto.log")
        await self.open("AES256")

    def _launch(self, port: int, log_file: Path) -> None:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with log_file.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    async def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class CloudFrontPlace(Moto):
    """A bucket of moto, read through a distribution that checks addresses as CloudFront does."""

    async def start(self, folder: Path) -> None:
        self._key_file = folder / "key.pem"
        self.public_key = write_key(self._key_file)
        await super().start(folder)

    async def open(self, encryption: str = "") -> None:
        await super().open(encryption)
        await self.storage.aclose()
        self.edge = Edge(self.public_key, self.client(), BUCKET)
        config = BucketConfig(BUCKET, self.url, None, "own/", encryption, by_path=True, **self._keys)
        self.storage = CloudFrontStorage(config, Distribution(self.edge.url, KEY_ID, self._key_file))

    async def close(self) -> None:
        self.edge.close()
        await super().close()


class SwiftPlace(Remote):
    strict = True

    def __init__(self) -> None:
        super().__init__(USER, SECRET)

    async def start(self, folder: Path) -> None:
        environment = os.environ.get("SWIFT_ENVIRONMENT")
        if not environment:
            pytest.skip("SWIFT_ENVIRONMENT names no installed Swift")
        self._swift = Swift(Path(environment), folder)
        await asyncio.to_thread(self._swift.start)
        self.url = self._swift.url
        await self.open()

    async def stop(self) -> None:
        self._swift.stop()


PLACES = {"disk": Disk, "moto": Moto, "swift": SwiftPlace}


async def opened(kind: str, folder: Path, stack: AsyncExitStack) -> Any:
    """Return a place that has started."""
    place = {**PLACES, "cloudfront": CloudFrontPlace}[kind]()
    await place.start(folder)
    stack.push_async_callback(place.close)
    return place
