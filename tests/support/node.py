"""The browser's own scripts, run in Node."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[2] / "assets"
NODE = Path(sys.executable).parent / "node"


def in_node(module: str, function: str, arguments: list[Any]) -> list[Any]:
    """What the function of a script in ``assets`` returns for each argument."""
    program = (
        f"import {{ {function} }} from {json.dumps((ASSETS / module).as_uri())};"
        "let text = ''; for await (const part of process.stdin) text += part;"
        f"console.log(JSON.stringify(JSON.parse(text).map((each) => {function}(each))));"
    )
    command = [NODE, "--no-warnings", "--input-type=module", "-e", program]
    done = subprocess.run(command, input=json.dumps(arguments), capture_output=True, text=True, check=True)
    result: list[Any] = json.loads(done.stdout)
    return result
