"""The statements of the documents are true."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from chat_app.core.live.wire import AnyOp
from chat_app.launch.cli import COMMANDS
from chat_app.settings import Settings
from scripts.document import MADE

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.ja.md"]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
OPS = {get_type_hints(op)["t"].__args__[0] for op in get_args(AnyOp)}
OWN_FOLDERS = "chat_app|alembic|assets|tests|bench|docs|scripts"


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.fixture(params=DOCUMENTS, ids=names(DOCUMENTS))
def document(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(params=READMES, ids=names(READMES))
def readme(request: pytest.FixtureRequest) -> str:
    return request.param.read_text("utf-8")


def test_targets_of_links_exist(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"", document.read_text("utf-8")):
        place, _, heading = "".join(target).partition("#")
        if "://" in place:
            continue
        found = document.parent / place if place else document
        assert found.exists(), f"{document.name}: {place}"
        assert not heading or heading in anchors(found), f"{document.name}: #{heading}"


def anchors(document: Path) -> set[str]:
    """The fragment of each heading, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_files_that_are_named_exist(document: Path) -> None:
    for name in re.findall(rf"`((?:{OWN_FOLDERS})/[\w./-]+)`", document.read_text("utf-8")):
        assert (ROOT / name).exists(), f"{document.name}: {name}"


def test_samples_that_name_a_file_are_from_it(document: Path) -> None:
    samples = re.findall(
        r"^```python\n# (chat_app/\S+)\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    for name, sample in samples:
        code = (ROOT / name).read_text("utf-8")
        for part in re.sub(r"  # .*$", "", sample, flags=re.MULTILINE).strip("\n").split("\n\n"):
            assert part in code, f"{document.name}: {name}:\n{part}"


def test_commands_that_are_named_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S) + re.findall(r"`([^`\n]+)`", text))
    assert set(re.findall(r"(?:^|\s)make ([a-z]+)", code)) <= targets
    assert set(re.findall(r"python -m chat_app (\w+)", text)) <= set(COMMANDS)


def test_the_readme_has_every_setting_with_its_default(readme: str) -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|–) \|", readme, re.MULTILINE)
    assert dict(rows) == dict(settings())
    assert len(rows) == len(dict(rows))


def test_the_example_file_has_every_setting() -> None:
    example = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(example) == {name for name, _ in settings()}


def settings() -> Iterator[tuple[str, str]]:
    """Each setting's name in the environment, and its default as one would write it there."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        default = "" if field.default in (None, ()) else str(field.default)
        yield (str(alias.choices[0]) if alias else name.upper()), default  # type: ignore[union-attr]


def test_every_op_of_the_feed_has_an_example() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    [examples] = re.findall(r"^```jsonl\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    shown = [json.loads(line)["t"] for line in examples.splitlines() if line]
    assert set(shown) == OPS


def test_every_op_of_the_feed_has_an_audience() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    [rows] = re.findall(r"^\| Op \| Audience .*?\n\| ---.*?\n((?:\|.*\n)+)", text, re.MULTILINE)
    named = {op for row in rows.splitlines() for op in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == OPS


def test_every_op_is_understood_by_the_browser() -> None:
    browser = "".join(path.read_text() for path in sorted((ROOT / "assets/live").glob("*.js")))
    names = "OPS|INVITATIONS|PROMPTS|ASSISTANTS"
    understood = re.findall(rf"^(?:export )?const (?:{names}) = \{{\n(.*?)^\}};", browser, re.M | re.S)
    assert {op for each in understood for op in re.findall(r"^  (\w+)[:,]", each, re.M)} == OPS


@pytest.mark.parametrize("path", MADE, ids=names(list(MADE)))
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == MADE[path](), "run `make docs`"


def test_the_pictures_are_small() -> None:
    sizes = {picture.name: picture.stat().st_size for picture in (ROOT / "docs/images").iterdir()}
    assert sizes.pop("live.webp") < 2_500_000  # which moves
    assert max(sizes.values()) < 250_000
