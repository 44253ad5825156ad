"""Generate the Python of the gateway's proto file, beside it or in another folder: `make proto`."""

import sys
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTO = Path("chat_app/adapters/llm_grpc/wire/gateway.proto")


def generate(target: Path) -> None:
    """Write the messages, their types and the service below `target`, which stands for the checkout."""
    outputs = [f"--{kind}_out={target}" for kind in ("python", "pyi", "grpc_python")]
    if protoc.main(["protoc", f"--proto_path={ROOT}", *outputs, str(ROOT / PROTO)]):
        sys.exit("protoc says above what is wrong.")


if __name__ == "__main__":
    generate(ROOT)
