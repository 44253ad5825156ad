"""No transaction is open while another server is waited for: models, tools, storage, providers, mail."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

APP = Path(__file__).parents[2] / "chat_app"
OPENED_BY = {"begin", "answering", "submitting", "loading", "acting"}
OTHERS = {
    "auth", "connector", "copies", "dictation", "examiner", "gateway", "images", "painter", "payments", "pictures",
    "posting", "publishing", "scaler", "scanner", "steps", "storage", "toolbox", "translator", "uploads",
}  # fmt: skip
"""The names by which the code has what asks another server, or a child process."""


CONTEXTS = {"Reading", "Posting", "Managing", "InSession"}
"""The types by which an endpoint has a transaction."""


def asked_within(block: ast.AST) -> Iterator[str]:
    """Yield the calls to other servers within a transaction. A function that gets the context is a use case."""
    for node in ast.walk(block):
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            called, given = node.value.func, node.value.args[:1]
            if isinstance(called, ast.Attribute) and not any(ast.unparse(each) == "ctx" for each in given):
                of = called.value
                if (of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")).lstrip("_") in OTHERS:
                    yield ast.unparse(node)


def transactions(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the blocks and endpoints that have a transaction."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncWith):
            calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
            names = {ast.unparse(call.func).rpartition(".")[2] for call in calls}
            if names & OPENED_BY:
                yield node
        elif isinstance(node, ast.AsyncFunctionDef) and CONTEXTS & set(types_of(node)):
            yield node


def types_of(function: ast.AsyncFunctionDef) -> Iterator[str]:
    yield from (ast.unparse(each.annotation) for each in function.args.args if each.annotation)


@pytest.mark.parametrize("folder", ["core", "ui", "api", "worker"])
def test_no_transaction_is_open_while_another_server_is_waited_for(folder: str) -> None:
    trees = {str(path): ast.parse(path.read_text("utf-8")) for path in (APP / folder).rglob("*.py")}
    found = {
        path: [asked for block in transactions(tree) for asked in asked_within(block)] for path, tree in trees.items()
    }
    assert {path: asked for path, asked in found.items() if asked} == {}
