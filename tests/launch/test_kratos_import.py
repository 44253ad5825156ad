"""`python -m chat_app kratos_import`, as an operator runs it."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from chat_app.core.kernel.ids import new_id
from tests.kratos.server import KratosServer
from tests.support.fork_server import process


def run(database: str, folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """One run: its exit code, and its output on both streams."""
    own = {"PATH": os.defpath, "HOME": str(folder), "DATABASE_URL": database, "PARLEY_DATA_DIR": str(folder / "data")}
    code, said, why = process.run("chat_app", "kratos_import", *arguments, environment=own | settings)
    return code, said.strip(), why.strip()


@pytest.fixture
def inhabited(fresh_database: str) -> str:
    """A database with two people in it."""
    values = "(:id, :username || '@example.com', :username, :username, '', 'teal', 'en', 'system', now(), true)"
    columns = "id, email, username, name, sought, color, locale, theme, created_at, shows_presence"
    with sa.create_engine(fresh_database, poolclass=sa.NullPool).begin() as connection:
        for username in ("aiko", "ben"):
            connection.execute(
                sa.text(f"INSERT INTO users ({columns}) VALUES {values}"), {"id": new_id(), "username": username}
            )
    return fresh_database


def test_import_reports_in_a_dry_run_moves_once_and_names_remaining_accounts(inhabited: str, tmp_path: Path) -> None:
    with KratosServer() as kratos:
        told = {name.upper(): value for name, value in kratos.settings.items()}
        kratos.add("ben@example.com")
        code, said, _ = run(inhabited, tmp_path, "--dry-run", **told)
        assert (code, len(kratos.identities)) == (0, 1)
        assert said.startswith("To be brought over: 1\nLinked to an identity that was there: 0\nLeft, because")
        assert said.endswith(": ben")
        code, said, _ = run(inhabited, tmp_path, **told)
        assert (code, len(kratos.identities)) == (0, 2)
        assert said.startswith("Brought over: 1\n")
        assert run(inhabited, tmp_path, **told)[1].startswith("Brought over: 0\n")
        kratos.down = True
        code, _, why = run(inhabited, tmp_path, **told)
        assert code == 1
        assert "run it again to go on" in why
        assert "Traceback" not in why


def test_import_needs_the_address_of_kratos(fresh_database: str, tmp_path: Path) -> None:
    code, _, why = run(fresh_database, tmp_path)
    assert code == 1
    assert why == "Parley cannot start: Set KRATOS_PUBLIC_URL and KRATOS_ADMIN_URL to where Kratos is."
