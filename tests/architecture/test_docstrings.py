"""Docstrings begin with a verb and its object."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MADE = {"gateway_pb2_grpc.py"}
QUESTION = re.compile(r"(?:What|Who|Whom|Where|Which|How|Whether)\b")
NOUN = re.compile(r"(?:The|An?|Its|Their)\b")
NAMED = {"property", "cached_property"}  # read like attributes, which nouns describe


@pytest.mark.parametrize("folder", ["chat_app", "scripts", "bench"])
def test_functions_and_classes_begin_with_a_verb(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name not in MADE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not _begins_with_a_verb(node)
    ]
    assert found == []


def _begins_with_a_verb(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    said = ast.get_docstring(node) or ""
    may_name = isinstance(node, ast.ClassDef) or any(ast.unparse(each) in NAMED for each in node.decorator_list)
    return not QUESTION.match(said) and (may_name or not NOUN.match(said))
