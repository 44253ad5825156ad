"""Keys that AWS KMS has encrypted, against moto."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chat_app.adapters.keys.kms import KeyUnavailable, KmsKeys
from chat_app.bootstrap.keys import make_key, open_keyring
from chat_app.settings import Settings


@pytest.fixture
def master(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        client: Any = boto3.client("kms")
        yield client.create_key()["KeyMetadata"]["KeyId"]


def test_a_made_key_opens_the_same_everywhere(master: str):
    made = KmsKeys(master).make()
    assert KmsKeys(master).open(made) == KmsKeys(master).open(made)
    assert len(KmsKeys(master).open(made)) == 32


def test_settings_open_by_kms(master: str):
    entry = make_key(Settings(kms_key=master))
    ring = open_keyring(Settings(kms_key=master, encryption_key=entry, secret_key="s" * 32))
    assert ring
    assert ring.current == entry.partition(":")[0]
    assert ring.keys[ring.current] == KmsKeys(master).open(entry.partition(":")[2])
    assert ring.keys[""] == b"s" * 32


def test_key_of_nobody_is_refused_in_words(master: str):
    with pytest.raises(KeyUnavailable):
        KmsKeys(master).open("bm8ga2V5")
    with pytest.raises(KeyUnavailable, match="base64"):
        KmsKeys(master).open("a b")
