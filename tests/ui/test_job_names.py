"""The names of background jobs that operators read."""

import re
from pathlib import Path

import pytest

import chat_app
from chat_app.ui.i18n import LOCALES, catalogue


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_job_has_a_name(locale: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(chat_app.__file__).parent.rglob("*.py")]
    kinds = {kind for source in sources for kind in re.findall(r'JobKind\(\s*"(\w+)"', source)}
    assert len(kinds) > 15
    assert [kind for kind in sorted(kinds) if f"administration.jobsOf.{kind}" not in catalogue(locale)] == []
