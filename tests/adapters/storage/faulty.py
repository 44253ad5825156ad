"""A proxy of a bucket that fails as it is told: with an error, an answer that is lost, cut or late, or none."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ERROR = b'<?xml version="1.0"?><Error><Code>%s</Code><Message>no</Message></Error>'
CODES = {500: b"InternalError", 503: b"SlowDown", 403: b"AccessDenied"}


def step_of(method: str, path: str) -> str:
    """Return the name of a request's operation."""
    query = path.partition("?")[2]
    if "uploadId=" in query:
        names = {"POST": "complete", "GET": "list parts", "DELETE": "abort", "PUT": "put part"}
        return names[method]
    if "uploads" in query:
        return {"POST": "create", "GET": "list uploads"}[method]
    return {"PUT": "put", "GET": "get", "HEAD": "head", "DELETE": "delete"}[method]


class FaultyProxy:
    """Passes requests on. One whose operation is `step` fails in the way of `fault`, `times` times."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.step, self.fault, self.times, self.failed = "", "", 0, 0
        self.released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def fail(self, step: str, fault: str, times: int = 1_000) -> None:
        """Fail from now on."""
        self.released.clear()
        self.step, self.fault, self.times, self.failed = step, fault, times, 0

    def heal(self) -> None:
        """Fail no more."""
        self.step = ""
        self.released.set()

    def close(self) -> None:
        self.heal()
        self._server.shutdown()
        self._server.server_close()

    def fault_of(self, step: str) -> str:
        """Return how a request of this operation fails, "" for not at all."""
        if step != self.step or self.failed >= self.times:
            return ""
        self.failed += 1
        return self.fault


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: FaultyProxy

    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that have gone."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        fault = self.server.proxy.fault_of(step_of(self.command, self.path))
        if fault == "hangs":
            self.server.proxy.released.wait(20)
            self.close_connection = True
        elif fault.isdecimal():
            self.reply(int(fault), {}, ERROR % CODES[int(fault)])
        else:
            self.pass_on(body, fault)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any  # noqa: N815

    def pass_on(self, body: bytes, fault: str) -> None:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.proxy.target, timeout=20)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        upstream.request(self.command, self.path, body, headers)
        answer = upstream.getresponse()
        data, given = answer.read(), dict(answer.getheaders())
        upstream.close()
        self.close_connection = fault in {"is lost", "is cut"}
        if fault != "is lost":
            self.reply(answer.status, given, data, cut=len(data) // 2 if fault == "is cut" else None)

    def reply(self, status: int, headers: dict[str, str], data: bytes, cut: int | None = None) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(data))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[:cut])

    def log_message(self, *_: Any) -> None:
        return
