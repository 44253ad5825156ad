"""Settings come from the environment and .env; .env.example names them all."""

import re
from pathlib import Path

import pytest
from pydantic import AliasChoices, ValidationError

from chat_app.settings import Settings
from chat_app.settings.files.storage import Bucket

ROOT = Path(__file__).parents[2]


def environment_name(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else field.upper()


def test_the_example_names_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    assert named == {environment_name(field) for field in Settings.model_fields}


def test_reads_the_environment_then_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PARLEY_SIGN_UP=invite\nPORT=4000\nPARLEY_SESSION_DAYS=\n")
    monkeypatch.setenv("PORT", "5000")
    settings = Settings()
    assert (settings.sign_up, settings.port, settings.session_days) == ("invite", 5000, 30)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_takes_any_usual_spelling_of_a_database_url(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://me:p%40ss@db/parley?sslmode=require")
    url = Settings().database_url
    assert url
    assert url.get_secret_value() == "postgresql+psycopg://me:p%40ss@db/parley?sslmode=require"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///parley.db"),
        ("DATABASE_URL", "hidden"),
        ("PARLEY_SMTP_URL", "mail.example.org"),
        ("KRATOS_PUBLIC_URL", "https://id.example.org"),
        ("KRATOS_ADMIN_URL", "http://kratos:4434"),
        *(("PARLEY_PUBLIC_URL", f"https://chat.example.org{rest}") for rest in ("/chat", "//", "/?a", "?", "#", "/#a")),
        *(("PARLEY_PUBLIC_URL", f"https://{who}@chat.example.org") for who in ("me", "me:secret", ":secret")),
        *(("PARLEY_PUBLIC_URL", f"{scheme}chat.example.org") for scheme in ("", "//", "ftp://", "wss://", "http//")),
        *(("PARLEY_PUBLIC_URL", value) for value in ("https://", "https://a b", "https://x:99999", "localhost:3000")),
        *(
            ("STORAGE_URL", value)
            for value in ("files", "/files", "file:files", "https://s3.example.org/bucket", "s3:")
        ),
        *(
            ("STORAGE_URL", f"s3://bucket{rest}")
            for rest in ("/prefix", "?x=1", "?sse=yes", "?endpoint=s3", "?prefix=../a")
        ),
        *(("STORAGE_URL", value) for value in ("s3://Bucket", "s3://key@bucket", "s3://bucket?bucket_in=sand")),
        ("PARLEY_FILES_URL", "https://files.example.org"),
        ("PARLEY_UPLOAD_MAX_MB", "0"),
        ("PORT", "0"),
        ("PORT", "65536"),
    ],
)
def test_invalid_values_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    assert "very-secret" not in repr(Settings())


def test_models_are_read_as_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPATIBLE_MODELS", "llama, qwen ,")
    assert Settings().compatible_models == ("llama", "qwen")


@pytest.mark.parametrize(
    ("host", "public", "origin"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:3000"),
        ("0.0.0.0", "", "http://localhost:3000"),
        ("::1", "", "http://[::1]:3000"),
        ("0.0.0.0", "https://chat.example.org/", "https://chat.example.org"),
        ("0.0.0.0", "https://CHAT.example.org:443", "https://chat.example.org"),
        ("0.0.0.0", "http://[::1]:8080/", "http://[::1]:8080"),
        ("0.0.0.0", "https://日本.example", "https://xn--wgv71a.example"),
    ],
)
def test_origin_follows_host_and_public_url(
    monkeypatch: pytest.MonkeyPatch, host: str, public: str, origin: str
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PARLEY_PUBLIC_URL", public)
    assert Settings().origin == origin


def test_bucket_address_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "STORAGE_URL", "s3://KEY:se%2Fcret@files?endpoint=https://s3.example.org&prefix=a/b&sse=aws:kms:k1"
    )
    settings = Settings()
    assert settings.bucket
    assert settings.bucket == Bucket(
        "files", "https://s3.example.org", None, "a/b/", "aws:kms:k1", True, "KEY", "se/cret"
    )
    assert not {"se/cret", "se%2Fcret"} & set(re.findall(r"[\w/%]+", repr(settings) + repr(settings.bucket)))


def test_files_have_an_address_of_their_own_only_beside_the_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PUBLIC_URL", "https://chat.example.org")
    monkeypatch.setenv("PARLEY_FILES_URL", "https://files.example.org/")
    assert Settings().files_url == "https://files.example.org"
    monkeypatch.setenv("PARLEY_FILES_URL", "https://chat.example.org")
    with pytest.raises(ValidationError, match="another address"):
        Settings()
    monkeypatch.setenv("PARLEY_FILES_URL", "https://files.example.org")
    monkeypatch.setenv("STORAGE_URL", "s3://bucket")
    with pytest.raises(ValidationError, match="a bucket has an address of its own"):
        Settings()


CLOUDFRONT = {
    "PARLEY_CLOUDFRONT_URL": "https://d1.cloudfront.net/",
    "PARLEY_CLOUDFRONT_KEY_ID": "K2JCJMDEHXQW5F",
    "PARLEY_CLOUDFRONT_KEY_FILE": "/etc/parley/cloudfront.pem",
}


def test_cloudfront_is_set_as_a_whole_and_before_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CLOUDFRONT.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="from a bucket"):
        Settings()
    monkeypatch.setenv("STORAGE_URL", "s3://bucket")
    assert Settings().cloudfront_url == "https://d1.cloudfront.net"
    for name, value in CLOUDFRONT.items():
        monkeypatch.delenv(name)
        with pytest.raises(ValidationError, match="all three"):
            Settings()
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PARLEY_CLOUDFRONT_URL", "https://d1.cloudfront.net/files")
    with pytest.raises(ValidationError, match="no path"):
        Settings()
