"""Settings that do not go together keep Parley from starting, each with its reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chat_app.settings import Settings
from chat_app.starting.errors import wrong_settings

KRATOS = {"kratos_public_url": "http://127.0.0.1:4433", "kratos_admin_url": "http://127.0.0.1:4434"}
LDAP = {"ldap_url": "ldaps://ldap.corp.example", "ldap_base_dn": "dc=corp", "ldap_domains": "corp.example"}
OIDC = {"oidc_domains": "corp.example", "oidc_enforced": True, "break_glass": "boss"}
PUBLIC = {"public_url": "https://chat.example.org"}
TOKEN = "a token of the directory alone, for tests"


@pytest.fixture
def saml(tmp_path: Path) -> dict[str, Any]:
    one = {"id": "corp", "name": "Corp", "entity_id": "x", "metadata_url": "https://corp.example/metadata"}
    (tmp_path / "saml.json").write_text(json.dumps([one]))
    return {"saml_file": tmp_path / "saml.json"}


@pytest.fixture
def refusal() -> Callable[..., str]:
    def refused(**wrong: Any) -> str:
        with pytest.raises(ValidationError) as caught:
            Settings(_env_file=None, **wrong)
        return wrong_settings(caught.value)

    return refused


def test_settings_that_need_public_url_are_refused_together(refusal: Callable[..., str], saml: dict[str, Any]):
    said = refusal(**saml, scim_token=TOKEN, port="many")
    assert "SAML_FILE: needs PARLEY_PUBLIC_URL" in said
    assert "SCIM_TOKEN: needs PARLEY_PUBLIC_URL" in said
    assert "PORT: " in said
    assert Settings(_env_file=None, **saml, **PUBLIC, scim_token=TOKEN).saml_providers


def test_settings_that_kratos_would_ignore_are_refused(refusal: Callable[..., str], saml: dict[str, Any]):
    said = refusal(**saml, **LDAP, **OIDC, **KRATOS, **PUBLIC)
    assert all(name in said for name in ("SAML_FILE", "OIDC_ENFORCED", "LDAP_URL"))
    assert Settings(_env_file=None, **KRATOS, oidc_domains="corp.example", scim_token=TOKEN, **PUBLIC)
