"""The catalogues of texts: of the pages, and of the server's own texts in API errors and mail."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

CATALOGUES: Final = Path(__file__).parent / "locales"
_SLOT: Final = re.compile(r"{{\s*(\w+)\s*}}")


def sentence(group: str, name: str, locale: str, values: Mapping[str, object]) -> str | None:
    """Return the text ``group.name`` with ``values`` in it; ``None`` if the catalogue has none."""
    template = catalogue(locale).get(group, {}).get(name)
    return None if template is None else _SLOT.sub(lambda slot: str(values.get(slot[1], "")), template)


@cache
def catalogue(locale: str) -> dict[str, Any]:
    """Return a language's texts, in groups."""
    texts: dict[str, Any] = json.loads((CATALOGUES / f"{locale}.json").read_text("utf-8"))
    return texts
