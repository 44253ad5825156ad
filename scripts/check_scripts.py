"""Check the browser's scripts: their types by tsc, their style by oxlint."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE = Path(sys.executable).with_name("node")
TOOLS = Path("tests/js")
CHECKS = (
    ("typescript/bin/tsc", "-p", TOOLS),
    ("oxlint/bin/oxlint", "-c", TOOLS / "oxlint.json", "--deny-warnings", "assets", "tests"),
)


def main() -> int:
    """Run every check; return how many of them found something."""
    return sum(
        bool(subprocess.run([NODE, TOOLS / "node_modules" / tool, *rest], cwd=ROOT).returncode)
        for tool, *rest in CHECKS
    )


if __name__ == "__main__":
    sys.exit(main())
