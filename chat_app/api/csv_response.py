"""Return a table as CSV, which spreadsheets open."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from fastapi import Response

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The first characters by which spreadsheets recognise a formula; Japanese ones also the wide forms."""


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file. No text in it can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    # The mark at the beginning has spreadsheets read it as UTF-8.
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _safe(cell: object) -> object:
    """Return a cell that is shown as text: a text that would be a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
