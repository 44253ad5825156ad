"""The browser's own scripts, run in Node."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
COMMAND = (str(Path(sys.executable).parent / "node"), "--no-warnings", "--input-type=module", "-e")


def in_node(module: str, function: str, arguments: list[Any]) -> list[Any]:
    """The results of a function of a script in ``assets`` for each argument."""
    answers: list[Any] = run({module: function}, f"say(given.map((each) => {function}(each)))", arguments)
    return answers


def run(imports: Mapping[str, str], program: str, given: Any = None) -> Any:
    """The output of a program for the ``given`` input, with the names that it imports from scripts in ``assets``."""
    lines = [f"import {json.dumps((ROOT / 'tests' / 'js' / 'resolve.mjs').as_uri())};"]
    lines += [
        f"const {{ {names} }} = await import({json.dumps((ASSETS / module).as_uri())});"
        for module, names in imports.items()
    ]
    lines.append("let text = ''; for await (const part of process.stdin) text += part;")
    # Once it is said the process ends, whatever timers still wait.
    lines.append("const say = (value) => process.stdout.write(JSON.stringify(value), () => process.exit());")
    whole = "\n".join([*lines, "const given = JSON.parse(text);", program])
    done = subprocess.run([*COMMAND, whole], input=json.dumps(given), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
