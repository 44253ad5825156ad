"""Store files in an S3 bucket, or in any compatible service. Browsers send and read files there directly."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from boto3.s3.transfer import TransferConfig

from chat_app.adapters.storage.config import BucketConfig
from chat_app.adapters.storage.parts import PART, UPLOAD_SECONDS, PartPlan
from chat_app.adapters.storage.s3_calls import BucketCalls, open_client, origin_of, plain_errors
from chat_app.core.files.storage.names import checked_key, content_disposition, content_type
from chat_app.core.files.storage.ports import Presentation, Upload

_IN_TURN: Final = TransferConfig(multipart_threshold=PART + 1, multipart_chunksize=PART, use_threads=False)
_PIECE: Final = 1024 * 1024


class S3Storage:
    """Keeps objects in a bucket."""

    def __init__(self, config: BucketConfig) -> None:
        self._client, self._bucket, self._prefix = open_client(config), config.bucket, config.prefix
        self._encryption = _encryption(config.encryption)
        self._calls = BucketCalls()
        self.origins: tuple[str, ...] = (origin_of(config),)

    async def begin(self, key: str, size: int, mime_type: str, token: str = "") -> Upload:
        """Return signed addresses; new ones for a ``token`` from before."""
        known = PartPlan.of(token)
        return await self._calls.run(self._begin, key, known or PartPlan(size, ""), mime_type, new=known is None)

    async def arrived(self, key: str, token: str) -> set[int]:
        """Return the numbers of the parts that have come."""
        cut = PartPlan.of(token)
        try:
            return {part["PartNumber"] for part in await self._calls.run(self._parts, key, cut)} if cut else set()
        except FileNotFoundError:
            return set()

    async def finish(self, key: str, token: str) -> int | None:
        """Complete the upload; return the size of the object."""
        cut = PartPlan.of(token)
        return await self._calls.run(self._finish, key, cut) if cut else None

    async def fetch(self, key: str, into: Path) -> None:
        """Download an object into a file."""
        patience = self._calls.patience()
        await self._calls.run_while(patience, self._fetch, key, into, patience.moved)

    async def keep(self, path: Path, key: str, mime_type: str) -> None:
        """Upload a file."""
        described, patience = {"ContentType": content_type(mime_type), **self._encryption}, self._calls.patience()
        how = {"ExtraArgs": described, "Config": _IN_TURN, "Callback": patience.moved}
        await self._calls.run_while(patience, self._client.upload_file, str(path), **self._named(key), **how)

    async def put(self, key: str, data: bytes, mime_type: str) -> None:
        """Put a few kilobytes under a key."""
        described = {"ContentType": content_type(mime_type), **self._encryption}
        await self._calls.run(self._client.put_object, **self._named(key), Body=data, **described)

    async def read(self, key: str) -> bytes:
        """Return a small object."""
        return await self._calls.run(self._read, key)

    def url(self, key: str, shown: Presentation, seconds: int) -> str:
        """Return a signed address of the object, with its presentation."""
        described = {
            "ResponseContentType": content_type(shown.mime_type),
            "ResponseContentDisposition": content_disposition(shown),
            "ResponseCacheControl": f"private, max-age={seconds}",
        }
        with plain_errors():
            return self._sign("get_object", {**self._named(key), **described}, seconds)

    async def delete(self, *keys: str) -> None:
        """Delete objects, and uploads to them that have not ended."""
        await self._calls.run(self._delete_all, keys)

    async def aclose(self) -> None:
        """Close the connections."""
        self._calls.close()
        self._client.close()

    def _named(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + checked_key(key)}

    def _sign(self, operation: str, arguments: dict[str, Any], seconds: int) -> str:
        url: str = self._client.generate_presigned_url(operation, Params=arguments, ExpiresIn=seconds)
        return url

    def _begin(self, key: str, cut: PartPlan, mime_type: str, *, new: bool) -> Upload:
        named = self._named(key)
        if new:
            described = {"ContentType": content_type(mime_type), **self._encryption}
            made = self._client.create_multipart_upload(**named, **described)
            cut = PartPlan(cut.size, made["UploadId"])
        urls = tuple(
            self._sign(
                "upload_part", {**named, "UploadId": cut.name, "PartNumber": n, "ContentLength": length}, UPLOAD_SECONDS
            )
            for n, length in enumerate(cut.lengths, 1)
        )
        # A file sent as a whole is uploaded as one part too. A signed address of the object would accept other bytes
        # for an hour after the object was deleted, and those bytes would never be deleted.
        return (
            Upload(urls[0], {}, urls, cut.part_size, cut.token)
            if cut.in_parts
            else Upload(urls[0], {}, token=cut.token)
        )

    def _parts(self, key: str, cut: PartPlan) -> list[dict[str, Any]]:
        """Return the parts that are there with the size they should have."""
        pages = self._client.get_paginator("list_parts").paginate(**self._named(key), UploadId=cut.name)
        lengths = dict(enumerate(cut.lengths, 1))
        return [
            part for page in pages for part in page.get("Parts", ()) if lengths.get(part["PartNumber"]) == part["Size"]
        ]

    def _size(self, key: str) -> int:
        size: int = self._client.head_object(**self._named(key))["ContentLength"]
        return size

    def _finish(self, key: str, cut: PartPlan) -> int | None:
        try:
            self._complete(key, cut)
            size = self._size(key)
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchKey", "NotFound"}:
                raise
            return None
        return size if size == cut.size else None

    def _complete(self, key: str, cut: PartPlan) -> None:
        """Complete the upload, if all parts are there."""
        try:
            parts = self._parts(key, cut)
            if len(parts) == len(cut.lengths):
                listed = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
                whole = {"Parts": sorted(listed, key=lambda part: part["PartNumber"])}
                self._client.complete_multipart_upload(**self._named(key), UploadId=cut.name, MultipartUpload=whole)
        except self._client.exceptions.NoSuchUpload:
            return  # it was completed before

    def _fetch(self, key: str, into: Path, moved: Callable[[], None]) -> None:
        body = self._client.get_object(**self._named(key))["Body"]
        with body, into.open("wb") as file:
            for piece in body.iter_chunks(_PIECE):
                file.write(piece)
                moved()

    def _read(self, key: str) -> bytes:
        body = self._client.get_object(**self._named(key))["Body"]
        with body:  # which gives the bare stream, whose errors are others
            data: bytes = body.read()
        return data

    def _delete_all(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._delete(key)

    def _delete(self, key: str) -> None:
        named = self._named(key)
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=named["Key"])
        for upload in (upload for page in pages for upload in page.get("Uploads", ()) if upload["Key"] == named["Key"]):
            try:
                self._client.abort_multipart_upload(**named, UploadId=upload["UploadId"])
            except self._client.exceptions.NoSuchUpload:
                continue
        self._client.delete_object(**named)


def _encryption(wanted: str) -> dict[str, str]:
    """Return the arguments of server-side encryption."""
    if not wanted.startswith("aws:kms:"):
        return {"ServerSideEncryption": wanted} if wanted else {}
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": wanted.removeprefix("aws:kms:")}
