"""Pages meet JavaScript through one facade."""

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "chat_app" / "ui"
BY_HAND = re.compile(r"\b(special_props|VarData|ImportVar)\b")
FACADE = {"js.py", "i18n.py", "live/vars.py"}
FORMS = {"components/forms.py"}
"""The files whose vars are methods of a hook's value."""


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: str(path.relative_to(UI)))
def test_pages_make_no_vars_by_hand(path: Path) -> None:
    name = path.relative_to(UI)
    if str(name) in FACADE | FORMS:
        return
    assert BY_HAND.findall(path.read_text()) == []
