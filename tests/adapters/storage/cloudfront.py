"""A substitute for CloudFront: checks the signature of an address as it does, and reads from the bucket behind it."""

import json
import time
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY_ID = "K2JCJMDEHXQW5F"
_OWN = ("Expires", "Signature", "Key-Pair-Id", "Policy")
_PASSED = {
    "response-content-type": "ResponseContentType",
    "response-content-disposition": "ResponseContentDisposition",
    "response-cache-control": "ResponseCacheControl",
}


def write_key(path: Path) -> rsa.RSAPublicKey:
    """Write a new private key, and return its public key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key.public_key()


class Edge:
    """The distribution: a server whose objects are those of a bucket."""

    def __init__(self, public_key: rsa.RSAPublicKey, client: Any, bucket: str) -> None:
        edge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                edge._answer(self)

            def log_message(self, *_: Any) -> None:
                return

        self._public_key, self._client, self._bucket = public_key, client, bucket
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def admits(self, path: str) -> bool:
        """Return whether an address is signed, by the key that it names, and has not expired."""
        base, _, query = path.partition("?")
        pieces = [piece for piece in query.split("&") if piece]
        own = dict(piece.split("=", 1) for piece in pieces if piece.partition("=")[0] in _OWN)
        asked = "&".join(piece for piece in pieces if piece.partition("=")[0] not in _OWN)
        resource = f"{self.url}{base}" + (f"?{asked}" if asked else "")
        if own.get("Key-Pair-Id") != KEY_ID or not own.get("Expires", "").isdecimal():
            return False
        until = int(own["Expires"])
        condition = {"DateLessThan": {"AWS:EpochTime": until}}
        policy = json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}, separators=(",", ":"))
        signature = own.get("Signature", "").translate(str.maketrans("-_~", "+=/"))
        try:
            self._public_key.verify(b64decode(signature), policy.encode(), PKCS1v15(), SHA1())
        except (InvalidSignature, ValueError):
            return False
        return time.time() < until

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        if not self.admits(request.path):
            request.send_error(403)
            return
        parts = urlsplit(request.path)
        asked = {_PASSED[name]: value for name, value in parse_qsl(parts.query) if name in _PASSED}
        for header, name in (("Range", "Range"), ("If-None-Match", "IfNoneMatch")):
            if value := request.headers.get(header):
                asked[name] = value
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=parts.path.removeprefix("/"), **asked)
        except ClientError as error:
            request.send_error(error.response["ResponseMetadata"]["HTTPStatusCode"])
            return
        about = found["ResponseMetadata"]
        request.send_response(about["HTTPStatusCode"])
        for name in ("content-type", "content-disposition", "content-length", "content-range", "cache-control", "etag"):
            if name in about["HTTPHeaders"]:
                request.send_header(name, about["HTTPHeaders"][name])
        request.send_header("accept-ranges", "bytes")
        request.end_headers()
        request.wfile.write(found["Body"].read())
