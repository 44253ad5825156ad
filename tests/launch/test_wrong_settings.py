"""Wrong settings of every kind: each is said in plain words, all at once, without a secret."""

import json
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from unittest.mock import MagicMock

import pytest
from pydantic import ValidationError

from chat_app.bootstrap.payments import build_payments
from chat_app.settings import Settings, get_settings
from chat_app.settings.reading.area import AreaSettings
from chat_app.starting.errors import LaunchError, raise_together, wrong_settings

HIDDEN: Final = "hidden-Secret-9"
FILES: Final = {
    "not.json": "{",
    "two.json": json.dumps([{"id": "a", "name": "A", "entity_id": "x", "metadata_url": "https://a.example"}] * 2),
    "half.json": json.dumps([{"id": "a", "name": "A"}]),
    "enforced.json": json.dumps(
        [{"id": "a", "name": "A", "entity_id": "x", "metadata_url": "https://a.example", "domains": ["a.example"]}]
    ),
}
PUBLIC: Final = {"PARLEY_PUBLIC_URL": "https://chat.example.org"}
KEY: Final = "k" * 40
WRONG: Final[tuple[tuple[dict[str, str], str], ...]] = (
    ({"PORT": "many"}, "PORT: "),
    ({"PARLEY_SESSION_DAYS": "0"}, "PARLEY_SESSION_DAYS: "),
    ({"PARLEY_SIGN_UP": "perhaps"}, "PARLEY_SIGN_UP: "),
    ({"PARLEY_SECRET_KEY": HIDDEN}, "PARLEY_SECRET_KEY: has 15 characters, of at least 32"),
    ({"PARLEY_SECRET_KEY_FILE": "/nowhere/key"}, "PARLEY_SECRET_KEY: the file /nowhere/key"),
    ({"PARLEY_ENCRYPTION_KEY": f"id:{HIDDEN}"}, "PARLEY_ENCRYPTION_KEY: not id:key"),
    ({"PARLEY_ENCRYPTION_KEY": f"a:{KEY}", "PARLEY_ENCRYPTION_OLD_KEYS": f"a:{KEY}2"}, "two keys with the id a"),
    ({"DATABASE_URL": f"mysql://me:{HIDDEN}@db/parley"}, "DATABASE_URL: Parley works with PostgreSQL only"),
    ({"PARLEY_SMTP_URL": f"http://me:{HIDDEN}@mail"}, "PARLEY_SMTP_URL: not a mail server's URL"),
    ({"STORAGE_URL": f"s3://KEY:{HIDDEN}@bucket?color=blue"}, "STORAGE_URL: the address of a bucket has no color"),
    ({"PARLEY_PUBLIC_URL": "chat.example.org"}, "PARLEY_PUBLIC_URL: not an address"),
    ({"LDAP_URL": "ldaps://ldap.example.org"}, "LDAP_URL needs LDAP_BASE_DN and LDAP_DOMAINS"),
    ({"LDAP_URL": "ldap://ldap.example.org"}, "LDAP_URL would send passwords unencrypted"),
    (
        {"LDAP_URL": "ldaps://x", "LDAP_BIND_PASSWORD": HIDDEN, "LDAP_FILTER": "(uid=x)"},
        "LDAP_FILTER does not contain {login}",
    ),
    ({"LDAP_URL": "ldaps://x", "LDAP_BIND_DN": "cn=x"}, "LDAP_BIND_DN and LDAP_BIND_PASSWORD are set both"),
    ({"LDAP_GROUPS": "cn=staff"}, "LDAP_GROUPS: not a table in JSON"),
    ({"SAML_FILE": "none.json", **PUBLIC}, "SAML_FILE cannot be read: No such file"),
    ({"SAML_FILE": "not.json", **PUBLIC}, "SAML_FILE is not JSON"),
    ({"SAML_FILE": "half.json", **PUBLIC}, "SAML_FILE, 0: needs metadata"),
    ({"SAML_FILE": "two.json", **PUBLIC}, "two providers with the same id"),
    ({"SAML_FILE": "enforced.json", "OIDC_DOMAINS": "a.example", **PUBLIC}, "two providers speak for the same"),
    ({"SAML_FILE": "enforced.json"}, "SAML_FILE: needs PARLEY_PUBLIC_URL"),
    ({"SAML_KEY": HIDDEN}, "SAML_KEY and SAML_CERTIFICATE are set both"),
    ({"OIDC_CLIENT_ID": "parley"}, "OIDC_ISSUER and OIDC_CLIENT_ID are set both"),
    ({"OIDC_ISSUER": "id.example.org", "OIDC_CLIENT_ID": "parley"}, "OIDC_ISSUER: not an address"),
    ({"OIDC_ENFORCED": "true", "OIDC_DOMAINS": "a.example", "PARLEY_BREAK_GLASS": "boss"}, "OIDC_ENFORCED needs"),
    ({"GOOGLE_CLIENT_ID": "x"}, "GOOGLE_CLIENT_ID needs GOOGLE_CLIENT_SECRET"),
    ({"GITHUB_CLIENT_SECRET": HIDDEN}, "GITHUB_CLIENT_SECRET needs GITHUB_CLIENT_ID"),
    ({"KRATOS_PUBLIC_URL": "http://kratos"}, "KRATOS_PUBLIC_URL and KRATOS_ADMIN_URL are set both"),
    ({"HYDRA_PUBLIC_URL": "http://hydra"}, "HYDRA_PUBLIC_URL and HYDRA_ADMIN_URL are set both"),
    ({"PARLEY_SCIM_TOKEN": HIDDEN, **PUBLIC}, "PARLEY_SCIM_TOKEN: "),
    ({"STRIPE_SECRET_KEY": HIDDEN}, "payments need PARLEY_PLANS"),
    ({"STRIPE_SECRET_KEY": HIDDEN}, "STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET"),
    ({"APP_STORE_BUNDLE_ID": "app.example"}, "APP_STORE_BUNDLE_ID needs APP_STORE_ROOTS"),
    ({"GOOGLE_PLAY_PACKAGE": "app.example"}, "GOOGLE_PLAY_PACKAGE needs GOOGLE_PLAY_CREDENTIALS"),
    ({"PARLEY_SUPPORT_SMS": "+819012345678", "TWILIO_AUTH_TOKEN": HIDDEN}, "PARLEY_SUPPORT_SMS needs TWILIO"),
    ({"PARLEY_SUPPORT_WEBHOOK_SECRET": HIDDEN}, "PARLEY_SUPPORT_WEBHOOK_SECRET: not a secret"),
    ({"PARLEY_LLM_GATEWAY": "grpc://llm.example", "PARLEY_LLM_GATEWAY_TOKEN": KEY}, "PARLEY_LLM_GATEWAY: would send"),
    ({"PARLEY_LLM_GATEWAY_TOKEN": HIDDEN}, "PARLEY_LLM_GATEWAY_TOKEN: has fewer than 32"),
    ({"PARLEY_CLOUDFRONT_URL": "https://d1.cloudfront.net"}, "PARLEY_CLOUDFRONT_URL, _KEY_ID and _KEY_FILE, all three"),
    ({"CLAMD_URL": "clamd"}, "CLAMD_URL: not the address of a clamd"),
    ({"PARLEY_TOOLS_FETCH_ALLOW": "https://x/y"}, "PARLEY_TOOLS_FETCH_ALLOW: not a host"),
)

NO_TEXT: Final = (
    (b"PORT=\xff\xfe", "not text in UTF-8"),
    ("PORT=3000\n".encode("utf-16"), "not text in UTF-8"),
    ("PORT=3000\n".encode("utf-16-le"), "contains a NUL"),
    (b"# \0\nPORT=3000\n", "contains a NUL"),
    (None, "Is a directory"),
)


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)


def refused(monkeypatch: pytest.MonkeyPatch, *given: dict[str, str]) -> str:
    with monkeypatch.context() as here:
        for name, value in [pair for each in given for pair in each.items()]:
            here.setenv(name, value)
        with pytest.raises(ValidationError) as caught:
            Settings()
    assert HIDDEN not in str(caught.value)
    return wrong_settings(caught.value)


def test_no_area_takes_anothers_check_away():
    """Of two methods of one name, pydantic calls that of one area alone."""
    areas = [each for each in Settings.__mro__ if issubclass(each, AreaSettings) and each is not Settings]
    own = [name for area in areas if area is not AreaSettings for name in vars(area) if not name.startswith("__")]
    checks = [name for name in own if name in dir(Settings) and callable(getattr(Settings, name, None))]
    assert sorted({name for name in checks if checks.count(name) > 1}) == []


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_each_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str):
    line = refused(monkeypatch, given)
    assert words in line
    assert HIDDEN not in line
    assert "Traceback" not in line
    assert not line.startswith(": ")


def test_wrong_values_and_combinations_are_reported_together(monkeypatch: pytest.MonkeyPatch):
    given, alone = [], set()
    for settings, words in WRONG:
        names = {*settings, *re.findall("[A-Z][A-Z_]{3,}", words)}
        if not alone & names and "KRATOS_PUBLIC_URL" not in names:  # which others cannot be kept beside
            alone |= names
            given.append((settings, words))
    line = refused(monkeypatch, *(settings for settings, _ in given))
    missing = [words for _, words in given if words not in line]
    assert (missing, len(given) > 20) == ([], True), line


def test_consequences_of_a_wrong_value_are_not_reported(monkeypatch: pytest.MonkeyPatch):
    line = refused(monkeypatch, {"LDAP_URL": "ldaps://x", "LDAP_BASE_DN": "dc=x", "LDAP_DOMAINS": "a", "PORT": "x"})
    assert "LDAP" not in line


def test_all_checks_before_a_start_are_done():
    def wrong(words: str) -> Any:
        def check(_: None) -> None:
            raise LaunchError(words)

        return check

    with pytest.raises(LaunchError, match=r"^one; two$"):
        raise_together(wrong("one"), lambda _: None, wrong("two"))(None)


def put(path: Path, content: bytes | None) -> None:
    path.mkdir() if content is None else path.write_bytes(content)


@pytest.mark.parametrize(("content", "words"), NO_TEXT)
def test_an_env_file_that_is_no_text_is_said_in_words(tmp_path: Path, content: bytes | None, words: str):
    put(tmp_path / ".env", content)
    with pytest.raises(ValidationError) as caught:
        get_settings.__wrapped__()
    line = wrong_settings(caught.value)
    assert line.startswith("the file .env cannot be read: ")
    assert words in line


@pytest.mark.parametrize(("content", "words"), NO_TEXT)
@pytest.mark.parametrize("name", ["LDAP_BIND_PASSWORD_FILE", "SAML_FILE"])
def test_a_named_file_that_is_no_text_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: bytes | None, words: str
):
    put(tmp_path / "file", content)
    line = refused(monkeypatch, {name: "file", **PUBLIC})
    assert name.removesuffix("_FILE") in line
    assert "cannot be read: " in line
    assert words in line


def test_the_mark_by_which_editors_begin_a_file_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfPORT=4000\r\nOPENAI_API_KEY_FILE=key\r\n")
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbfsecret\r\n")
    monkeypatch.delenv("PORT", raising=False)
    settings = get_settings.__wrapped__()
    assert settings.port == 4000
    assert settings.openai_api_key
    assert settings.openai_api_key.get_secret_value() == "secret"


PLAY: Final = {
    "google_play_package": "app.example",
    "google_play_push_audience": "https://chat.example.org/play",
    "google_play_push_account": "push@example.org",
}
ROOTS: Final = {"app_store_bundle_id": "x", "app_store_roots": "file", "app_store_environment": "sandbox"}


@pytest.mark.parametrize(
    ("given", "content", "words"),
    [
        ({}, b"\xff", "PARLEY_PLANS=file cannot be read: it is not text in UTF-8"),
        ({"google_play_credentials": "none"}, b"[]", "GOOGLE_PLAY_CREDENTIALS=none cannot be read: No such file"),
        ({"google_play_credentials": "file"}, b"[]", "GOOGLE_PLAY_CREDENTIALS=file is not the key"),
        ({"google_play_credentials": "file"}, b"{", "GOOGLE_PLAY_CREDENTIALS=file is not the key"),
        (ROOTS, b"", "APP_STORE_ROOTS=file cannot be read: Not a directory"),
    ],
)
def test_a_file_of_payments_that_cannot_be_used_is_said_in_words(
    tmp_path: Path, given: dict[str, str], content: bytes, words: str
):
    (tmp_path / "file").write_bytes(content)
    (tmp_path / "plans").touch()
    play = PLAY if "google_play_credentials" in given else {}
    settings = Settings(_env_file=None, plans=Path("plans" if given else "file"), **play, **given)
    with pytest.raises(LaunchError, match=re.escape(words)):
        build_payments(settings, MagicMock(), AsyncExitStack())
