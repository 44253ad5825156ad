"""`python -m bench.tables [PATH]`: print results as the tables of docs/performance.md."""

import json
import sys
from itertools import groupby
from pathlib import Path

from bench.figures import Figure, number
from bench.site import ROOT


def main() -> None:
    """Print the tables, one for each part."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "bench" / "results.json"
    found = json.loads(path.read_text())["figures"]
    figures = [Figure(**{name: value for name, value in each.items() if name != "reached"}) for each in found]
    for part, rows in groupby(figures, lambda figure: figure.part):
        lines = [f"### {part}", "", "| | Measured | Aim |", "| --- | ---: | --- |", *map(_row, rows), ""]
        print("\n".join(lines))


def _row(figure: Figure) -> str:
    sign = {"less": "≤", "more": "≥"}[figure.better]
    aim = "" if figure.bound is None else f"{sign} {number(figure.bound)} {'✓' if figure.reached else '✗'}"
    unit = f" {figure.unit}" if figure.unit else ""
    return f"| {figure.name} | {number(figure.value)}{unit} | {aim} |"


if __name__ == "__main__":
    main()
