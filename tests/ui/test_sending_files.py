"""The sending of a file's bytes: the browser's own script, under Node."""

from tests.support.node import run

STALLED = """
import { mock } from "node:test";
mock.timers.enable({ apis: ["setTimeout"] });
globalThis.window = { addEventListener: () => {} };
const sent = [];
globalThis.XMLHttpRequest = class {
  upload = {};
  open(method, url) { this.url = url; }
  setRequestHeader() {}
  abort() { this.end(0); }
  end(status) { this.status = status; this.onloadend(); }
  send() {
    sent.push(this.url);
    if (sent.length > 1) queueMicrotask(() => this.end(204));
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
  mock.timers.tick(1_000);
  await new Promise((done) => setImmediate(done));
}
say([problem, sent, states]);
"""


def test_a_connection_on_which_nothing_goes_on_is_given_up() -> None:
    assert run({"files/sending.js": "sendFile"}, STALLED) == [None, ["/first", "/again"], [True, False]]
