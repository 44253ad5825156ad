"""Passwords in a process that has just started."""

import subprocess
import sys

SIGN_IN = """
import asyncio
from chat_app.core.auth.passwords import password_matches
assert not asyncio.run(password_matches("a password", None))
"""


def test_first_sign_in_of_process_with_unknown_name_is_answered() -> None:
    subprocess.run([sys.executable, "-c", SIGN_IN], check=True)
