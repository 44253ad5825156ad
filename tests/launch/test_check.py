"""`check` lists every problem at once; secrets come from files."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from chat_app.launch.checks.check import problems
from chat_app.launch.checks.services import break_glass, hydra
from chat_app.settings import Settings
from chat_app.starting.errors import wrong_settings
from tests.hydra.server import HydraServer
from tests.support.factory import Factory


def test_every_problem_is_listed_in_words(tmp_path: Path):
    lines: list[str] = []
    settings = Settings(
        database_url="postgresql://me:secret@127.0.0.1:9/none",
        redis_url="redis://127.0.0.1:9",
        smtp_url="smtp://127.0.0.1:9",
        data_dir=tmp_path,
        secret_key="s" * 32,
    )
    assert problems(settings, lines.append) == 3
    wrong = {line.split()[1].rstrip(":") for line in lines if line.startswith("PROBLEM")}
    assert wrong == {"database", "redis", "mail"}
    assert "me:secret" not in " ".join(lines)


@pytest.mark.parametrize("password", ["pa/ssW0rd", "pa@ssW0rd", "pa#ssW0rd", "pa ssW0rd", "pa?ssW0rd", "ssW0rd"])
def test_invalid_address_shows_no_part_of_its_password(tmp_path: Path, password: str):
    lines: list[str] = []
    settings = Settings(
        database_url=f"postgresql://me:{password}@127.0.0.1:9/none",
        redis_url=f"redis://:{password}@127.0.0.1:9",
        smtp_url=f"smtp://me:{password}@127.0.0.1:9",
        data_dir=tmp_path,
        secret_key="s" * 32,
    )
    assert problems(settings, lines.append) >= 2
    assert "ssW0rd" not in " ".join(lines)
    assert "'pa'" not in " ".join(lines)


def test_a_good_site_has_no_problem(worker_database: str, tmp_path: Path):
    lines: list[str] = []
    settings = Settings(database_url=worker_database, data_dir=tmp_path, secret_key="s" * 32)
    assert problems(settings, lines.append) == 0, lines
    assert len(lines) == 15


async def test_hydras_admin_api_is_asked_and_nothing_else_counts():
    with HydraServer() as server:
        good = Settings(_env_file=None, **server.settings)
        assert await hydra(good) == "its admin API answers"
        with pytest.raises(RuntimeError, match="HYDRA_ADMIN_URL"):
            await hydra(good.model_copy(update={"hydra_admin_url": f"{server.url}/public"}))
        server.down = True
        with pytest.raises(RuntimeError, match="HYDRA_ADMIN_URL"):
            await hydra(good)


async def test_emergency_people_who_cannot_sign_in_are_named(worker_database: str, make: Factory):
    enforced = {"oidc_issuer": "https://id.example", "oidc_client_id": "x", "oidc_client_secret": "x"}
    enforced |= {"oidc_domains": ("corp.example",), "oidc_enforced": True, "public_url": "https://chat.example"}
    names = ("boss", "nobody", "mio", "rin")
    settings = Settings(_env_file=None, database_url=worker_database, break_glass=names, **enforced)
    for name, more in (("boss", {}), ("mio", {"site_roles": []}), ("rin", {"password_hash": None})):
        await make.user(username=name, **{"site_roles": ["admin"], **more})
    with pytest.raises(RuntimeError, match=r"password: mio, nobody, rin$"):
        await break_glass(settings)
    assert await break_glass(settings.model_copy(update={"break_glass": ("boss",)})) == "boss"


def test_secrets_come_from_files_and_the_secret_itself_counts_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "key").write_text("k" * 40 + "\n")
    (tmp_path / "url").write_text("postgresql://me@db/parley\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PARLEY_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    settings = Settings()
    assert settings.secret_key
    assert settings.secret_key.get_secret_value() == "k" * 40
    assert settings.database_url
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://me@db/parley"
    monkeypatch.setenv("PARLEY_SECRET_KEY", "s" * 40)
    assert Settings().secret_key.get_secret_value() == "s" * 40  # type: ignore[union-attr]


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("PARLEY_ENCRYPTION_KEY", "short")
    with pytest.raises(ValidationError) as caught:
        Settings()
    told = wrong_settings(caught.value)
    assert all(name in told for name in ("OPENAI_API_KEY", "PORT", "PARLEY_ENCRYPTION_KEY"))
    assert "No such file" in told
