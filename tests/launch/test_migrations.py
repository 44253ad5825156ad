"""Migrations create the tables of the code, once, even when several processes start together."""

import os
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from chat_app.core.invitations.links import SEAL
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.secrets.keyring import Keyring
from chat_app.core.kernel.secrets.vault import unseal
from chat_app.core.schema import is_ours, metadata
from chat_app.launch.database.migrations import migrate
from chat_app.settings import get_settings
from chat_app.starting.errors import LaunchError
from tests.support.databases import Databases
from tests.support.fork_server.process import ForkedProcess

PICTURES, LINKS = "a17d4c90e6b2", "b6d92f4c07e1"
SECRET = "a secret key of these tests alone, long enough"


@pytest.fixture
def empty(databases: Databases) -> str:
    """URL of a database without a single table."""
    return databases.create_blank()


def test_migrations_create_the_tables_of_the_code(empty: str) -> None:
    migrate(empty)
    with sa.create_engine(empty, poolclass=sa.NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, metadata) == []


def test_concurrent_starts_migrate_once(empty: str, tmp_path: Path) -> None:
    environment = {"PATH": os.defpath, "DATABASE_URL": empty, "PARLEY_DATA_DIR": str(tmp_path)}
    with (tmp_path / "errors").open("w+") as errors:
        both = [ForkedProcess("chat_app", "migrate", environment=environment, errors=errors) for _ in range(2)]
        said = [each.stdout.read().strip() for each in both]
        assert [each.wait(90) for each in both] == [0, 0], (tmp_path / "errors").read_text()
    assert said == ["The database is up to date."] * 2


def test_a_database_of_a_newer_version_is_refused_in_words(empty: str) -> None:
    migrate(empty)
    with sa.create_engine(empty, poolclass=sa.NullPool).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from the future'")
    with pytest.raises(LaunchError, match="newer"):
        migrate(empty)


def test_pictures_are_carried_over_and_come_back(empty: str) -> None:
    """And one that was moved on is not forgotten by going back: that is refused until it is in the database again."""
    migrate(empty)
    _go(empty, f"-{PICTURES}")
    people = "INSERT INTO users (id, email, username, name, color, locale, theme, is_admin, avatar, created_at, sought)"
    values = "VALUES ('{0}', '{1}', '{1}', '{1}', 'teal', 'en', 'system', false, {2}, now(), '')"
    ids = [str(UUID(int=n)) for n in range(3)]
    with sa.create_engine(empty, poolclass=sa.NullPool).begin() as db:
        for one, version in zip(ids, ("1", "1", "NULL"), strict=True):
            db.exec_driver_sql(f"{people} {values.format(one, 'p' + one[-1], version)}")
            db.exec_driver_sql(f"INSERT INTO avatars VALUES ('{one}', 'picture {one[-1]}')")
        columns = "(id, owner_id, handle, name, description, instructions, picture, shared, created_at, updated_at)"
        made = f"('{ids[0]}', '{ids[0]}', 'critic', 'Critic', '', '', 1, false, now(), now())"
        db.exec_driver_sql(f"INSERT INTO assistants {columns} VALUES {made}")
        db.exec_driver_sql(f"INSERT INTO assistant_pictures VALUES ('{ids[0]}', 'of the critic')")
    _go(empty, PICTURES)
    with sa.create_engine(empty, poolclass=sa.NullPool).begin() as db:
        rows = db.exec_driver_sql("SELECT user_id, assistant_id, image FROM pictures ORDER BY image").all()
        assert [(row[0] or row[1], row[2]) for row in rows] == [
            (UUID(ids[0]), b"of the critic"),
            (UUID(ids[0]), b"picture 0"),
            (UUID(ids[1]), b"picture 1"),
        ]
        db.exec_driver_sql("UPDATE pictures SET image = NULL WHERE assistant_id IS NOT NULL")
    with pytest.raises(RuntimeError, match="pictures_back"):
        _go(empty, f"-{PICTURES}")
    with sa.create_engine(empty, poolclass=sa.NullPool).begin() as db:
        db.exec_driver_sql("UPDATE pictures SET image = 'of the critic' WHERE assistant_id IS NOT NULL")
    _go(empty, f"-{PICTURES}")
    with sa.create_engine(empty, poolclass=sa.NullPool).connect() as db:
        assert db.exec_driver_sql("SELECT image FROM avatars ORDER BY image").scalars().all() == [
            b"picture 0",
            b"picture 1",
        ]
        assert db.exec_driver_sql("SELECT image FROM assistant_pictures").scalars().all() == [b"of the critic"]
    _go(empty, PICTURES)


def test_tokens_of_links_are_sealed_and_come_back(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_SECRET_KEY", SECRET)
    get_settings.cache_clear()
    migrate(empty)
    _go(empty, f"-{LINKS}")
    tokens, room = ["5MSQ-first", "5MSQ-second"], UUID(int=1)
    with sa.create_engine(empty, poolclass=sa.NullPool).begin() as db:
        db.exec_driver_sql("SET LOCAL session_replication_role = replica")  # so that they need no room
        for place, token in enumerate(tokens):
            values = f"'{UUID(int=place)}', '{room}', '{token}', 'member', 0, now()"
            db.exec_driver_sql(
                f"INSERT INTO invite_links (id, room_id, token, role, uses, created_at) VALUES ({values})"
            )
    for _ in range(2):
        _go(empty, LINKS)
        with sa.create_engine(empty, poolclass=sa.NullPool).begin() as db:
            rows = db.exec_driver_sql("SELECT token_hash, sealed_token FROM invite_links ORDER BY id").all()
        assert [bytes(row[0]) for row in rows] == [digest(token) for token in tokens]
        keys = Keyring("", {"": SECRET.encode()})
        assert [unseal(keys, SEAL, row[1]) for row in rows] == tokens
        _go(empty, f"-{LINKS}")
        with sa.create_engine(empty, poolclass=sa.NullPool).begin() as db:
            assert db.exec_driver_sql("SELECT token FROM invite_links ORDER BY id").scalars().all() == tokens
    get_settings.cache_clear()


def _go(url: str, revision: str) -> None:
    """Upgrade the database to a revision, or with a `-` downgrade it to the one before."""
    config = Config(Path(__file__).parents[2] / "alembic.ini")
    before = ScriptDirectory.from_config(config).get_revision(revision.removeprefix("-")).down_revision
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        config.attributes["connection"] = connection
        if revision.startswith("-"):
            command.downgrade(config, before)
        else:
            command.upgrade(config, revision)
