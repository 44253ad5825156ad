"""`python -m chat_app grant`, as an operator runs it."""

import os
from pathlib import Path

import sqlalchemy as sa

from chat_app.core.kernel.ids import new_id
from tests.support.fork_server import process

COLUMNS = "id, email, username, name, sought, color, locale, theme, created_at, shows_presence"
AIKO = "(:id, 'aiko@example.com', 'aiko', 'Aiko', '', 'teal', 'en', 'system', now(), true)"


def grant(database: str, folder: Path, *arguments: str) -> tuple[int, str, str]:
    """One run: its exit code, and its output on both streams."""
    own = {"PATH": os.defpath, "HOME": str(folder), "DATABASE_URL": database, "PARLEY_DATA_DIR": str(folder / "data")}
    code, said, why = process.run("chat_app", "grant", *arguments, environment=own)
    return code, said.strip(), why.strip()


def test_grant_is_logged_or_refused_with_a_message(fresh_database: str, tmp_path: Path) -> None:
    engine, aiko = sa.create_engine(fresh_database, poolclass=sa.NullPool), new_id()
    with engine.begin() as connection:
        connection.execute(sa.text(f"INSERT INTO users ({COLUMNS}) VALUES {AIKO}"), {"id": aiko})
    assert grant(fresh_database, tmp_path, "@aiko", "12.5")[:2] == (0, "@aiko has got 12.5 token credits.")
    for wrong, why in (
        (("ben", "5"), "Nobody here is called ben."),
        (("aiko", "lots"), "lots is no amount of token credits."),
        (("aiko", "-1"), "-1 is no amount of token credits."),
    ):
        code, _, said = grant(fresh_database, tmp_path, "--", *wrong)
        assert (code, said) == (1, f"Parley cannot start: {why}")
    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT user_id, available FROM token_balances")).all() == [
            (aiko, 12_500_000)
        ]
        log = connection.execute(sa.text("SELECT actor_id, user_id, action, details FROM audit_log")).all()
    assert log == [(None, aiko, "grant_tokens", {"source": "command line", "credits": 12.5})]
