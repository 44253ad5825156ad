"""No transaction is open while another server is asked for its models, tools or answers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE_AND_WAYS_IN = Path(__file__).parents[2] / "chat_app"
OPENED_BY = {"begin", "answering", "submitting", "loading", "acting"}
ASKED = {"models", "drawers", "listed", "stream", "count_tokens", "tools", "check"}
OTHERS = {"gateway", "_gateway", "toolbox", "_toolbox", "tools"}


def asked_within(block: ast.AsyncWith) -> Iterator[str]:
    """Yield what another server is asked in a block that holds a transaction."""
    for node in ast.walk(block):
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Attribute) and called.attr in ASKED:
                of = called.value
                if (of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")) in OTHERS:
                    yield ast.unparse(node)


def blocks(tree: ast.AST) -> Iterator[ast.AsyncWith]:
    """Yield the blocks that hold a transaction."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncWith):
            for item in node.items:
                call = item.context_expr
                if isinstance(call, ast.Call):
                    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                    if name in OPENED_BY:
                        yield node


@pytest.mark.parametrize("folder", ["core", "ui", "api", "worker"])
def test_no_transaction_is_open_while_models_are_listed(folder: str) -> None:
    found = {
        str(path): asked
        for path in (CORE_AND_WAYS_IN / folder).rglob("*.py")
        for block in blocks(ast.parse(path.read_text("utf-8")))
        if (asked := list(asked_within(block)))
    }
    assert found == {}
