"""The generated code matches the proto file."""

from pathlib import Path

import pytest

from scripts.generate_proto import PROTO, ROOT, generate

MADE = ("gateway_pb2.py", "gateway_pb2.pyi", "gateway_pb2_grpc.py")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("proto")
    generate(target)
    return target


@pytest.mark.parametrize("name", MADE)
def test_generated_code_is_what_the_proto_gives(fresh: Path, name: str) -> None:
    place = PROTO.parent / name
    assert (ROOT / place).read_text() == (fresh / place).read_text(), "run `make proto`"
