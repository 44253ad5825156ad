"""An error at the start is one line on standard error, not a traceback."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.fork_server.process import run

EC_KEY = (
    ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
)
"""A key that CloudFront does not take."""


@pytest.fixture
def refusal(folder: Path, free_port: int) -> Callable[..., str]:
    """Start Parley with these settings, which must fail, and return the one line."""

    def start(**environment: str) -> str:
        settings = {"PATH": os.defpath, "HOME": os.environ.get("HOME", "/")}
        settings |= {"PORT": str(free_port), "PARLEY_DATA_DIR": str(folder)} | environment
        code, output, errors = run("chat_app", "run", environment=settings)
        assert (code, output, errors.count("\n")) == (1, "", 1), errors
        return errors

    return start


def test_port_in_use_is_one_line(refusal: Callable[..., str], folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(PORT=str(port))
    assert f"port {port} is in use" in line
    assert "PORT=" in line
    assert not folder.exists()  # nothing was begun


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://someone:hidden@127.0.0.1:1/parley", "Connection refused"),
        ("mysql://someone:hidden@127.0.0.1/parley", "PostgreSQL only"),
    ],
)
def test_unusable_database_is_one_line(refusal: Callable[..., str], url: str, words: str) -> None:
    line = refusal(DATABASE_URL=url)
    assert words in line
    assert "hidden" not in line


@pytest.mark.parametrize(
    "setting", ["REDIS_URL=redis://:{}@127.0.0.1:1", "DATABASE_URL=postgresql://me:{}@127.0.0.1:1/x"]
)
@pytest.mark.parametrize("password", ["first-half/second-half", "first-half@second-half", "first-half#second-half"])
def test_error_contains_no_part_of_a_password(refusal: Callable[..., str], setting: str, password: str) -> None:
    """One with a character that has to be encoded is taken for a host or a port, and repeated as such."""
    name, _, url = setting.partition("=")
    assert "half" not in refusal(**{name: url.format(password)})


def test_unusable_redis_is_one_line(refusal: Callable[..., str]) -> None:
    line = refusal(REDIS_URL="redis://:hidden@127.0.0.1:1")
    assert "REDIS_URL" in line
    assert "hidden" not in line


def test_unusable_folder_for_files_is_one_line(refusal: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "STORAGE_URL" in refusal(STORAGE_URL=f"file:{tmp_path / 'file' / 'kept'}")


def test_invalid_bucket_is_one_line(refusal: Callable[..., str]) -> None:
    line = refusal(STORAGE_URL="s3://KEY:hidden@bucket?color=blue")
    assert "STORAGE_URL" in line
    assert "no color" in line
    assert "hidden" not in line


@pytest.mark.parametrize(
    ("key", "words"), [(None, "cannot be read"), ("hidden", "no private RSA key"), (EC_KEY, "no private RSA key")]
)
def test_unusable_cloudfront_key_is_one_line(
    refusal: Callable[..., str], tmp_path: Path, key: str | None, words: str
) -> None:
    if key:
        (tmp_path / "key.pem").write_text(key)
    line = refusal(
        STORAGE_URL="s3://bucket",
        PARLEY_CLOUDFRONT_URL="https://d1.cloudfront.net",
        PARLEY_CLOUDFRONT_KEY_ID="K2JCJMDEHXQW5F",
        PARLEY_CLOUDFRONT_KEY_FILE=str(tmp_path / "key.pem"),
    )
    assert "PARLEY_CLOUDFRONT_KEY_FILE" in line
    assert words in line
    assert "hidden" not in line


def test_incomplete_cloudfront_settings_are_refused_in_one_line(refusal: Callable[..., str]) -> None:
    line = refusal(STORAGE_URL="s3://bucket", PARLEY_CLOUDFRONT_URL="https://d1.cloudfront.net")
    assert "all three" in line


def test_unwritable_data_folder_is_one_line(refusal: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = refusal(PARLEY_DATA_DIR=str(tmp_path / "file" / "data"))
    assert f"data folder {tmp_path / 'file' / 'data'}" in line


def test_invalid_setting_is_one_line(refusal: Callable[..., str]) -> None:
    line = refusal(PORT="many", PARLEY_SIGN_UP="perhaps", PARLEY_PUBLIC_URL="https://me:hidden@chat.example.org/chat")
    assert "PORT: " in line
    assert "PARLEY_SIGN_UP: " in line
    assert "PARLEY_PUBLIC_URL: has a user or a password" in line
    assert "hidden" not in line


def test_key_that_kms_does_not_decrypt_is_one_line(refusal: Callable[..., str]) -> None:
    line = refusal(
        PARLEY_KMS_KEY="alias/parley",
        PARLEY_ENCRYPTION_KEY="one:bm9ib2R5IGtub3dzIHRoaXMga2V5IG9mIG5vYm9keQ==",
        AWS_ENDPOINT_URL="http://127.0.0.1:1",
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="hidden",
        AWS_DEFAULT_REGION="eu-west-1",
    )
    assert "AWS KMS (PARLEY_KMS_KEY) does not open PARLEY_ENCRYPTION_KEY" in line
    assert "hidden" not in line
    assert "PARLEY_KMS_KEY needs PARLEY_ENCRYPTION_KEY" in refusal(PARLEY_KMS_KEY="alias/parley")


def test_missing_secret_file_is_one_line(refusal: Callable[..., str], tmp_path: Path) -> None:
    line = refusal(PARLEY_SECRET_KEY_FILE=str(tmp_path / "none"), LDAP_BIND_PASSWORD_FILE=str(tmp_path / "neither"))
    assert "PARLEY_SECRET_KEY" in line
    assert "LDAP_BIND_PASSWORD" in line
    assert line.count("No such file") == 2


def test_missing_saml_file_is_one_line(refusal: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "saml.json").write_text('[{"id": "corp", "name": "Corp", "metadata": "none.xml"}]')
    line = refusal(SAML_FILE=str(tmp_path / "saml.json"), PARLEY_PUBLIC_URL="http://localhost:3000")
    assert "none.xml, which cannot be read" in line
    (tmp_path / "none.xml").write_text("<nothing/>")
    assert "no metadata of a SAML" in refusal(
        SAML_FILE=str(tmp_path / "saml.json"), PARLEY_PUBLIC_URL="http://localhost:3000"
    )
