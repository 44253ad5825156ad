"""The sending of a file's bytes: the browser's own script, under Node."""

from tests.support.node import run

STALLED = """
import { mock } from "node:test";
mock.timers.enable({ apis: ["setTimeout"] });
globalThis.window = { addEventListener: () => {} };
const sent = [];
let now = 0;
globalThis.XMLHttpRequest = class {
  upload = {};
  open(method, url) { this.url = url; }
  setRequestHeader() {}
  abort() { this.end(0); }
  end(status) { this.status = status; this.onloadend(); }
  send() {
    sent.push([this.url, now]);
    this.upload.onprogress({ loaded: 5 }); // the kernel has taken it, and nobody has read it
    if (sent.length > FROZEN) queueMicrotask(() => this.end(204));
  }
};
const anew = { upload: { url: "/again", headers: {} } };
globalThis.fetch = async () => ({ ok: true, status: 200, json: async () => anew });
const states = [];
const tell = { progress: () => {}, waiting: (waits) => states.push(waits), signal: new AbortController().signal };
const ended = sendFile("A", new Blob(["hello"]), { url: "/first", headers: {} }, tell);
const { setImmediate } = globalThis;
let problem = "none yet";
ended.then((said) => (problem = said));
for (let n = 0; n < 300 && problem === "none yet"; n += 1) {
  now += 1;
  mock.timers.tick(1_000);
  await new Promise((done) => setImmediate(done));
}
say([problem, sent, states]);
"""


def stalled(times: int) -> list[object]:
    """Return how sending ended where so many attempts stall, the addresses with their seconds, and what was told."""
    found: list[object] = run({"files/sending.js": "sendFile"}, STALLED.replace("FROZEN", str(times)))
    return found


def test_stalled_connection_is_closed_and_retried() -> None:
    assert stalled(1) == [None, [["/first", 0], ["/again", 21]], [True, False]]


def test_stalled_storage_is_reported() -> None:
    assert stalled(99) == [{"code": "upload_stalled"}, [["/first", 0], ["/again", 21]], [True]]
