"""Describe the abilities of the provider, as applications discover them."""

from collections.abc import Mapping
from typing import Any

from chat_app.core.applications.authorization.claims import CLAIMS
from chat_app.core.applications.rules import ALGORITHMS, OAuthScope


def metadata_of(issuer: str) -> Mapping[str, Any]:
    """Return the metadata of OpenID Connect Discovery and RFC 8414."""
    here, by_secret = f"{issuer}/oauth2", ["client_secret_basic", "client_secret_post"]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{here}/authorize",
        "token_endpoint": f"{here}/token",
        "userinfo_endpoint": f"{here}/userinfo",
        "jwks_uri": f"{here}/jwks",
        "revocation_endpoint": f"{here}/revoke",
        "introspection_endpoint": f"{here}/introspect",
        "end_session_endpoint": f"{here}/end-session",
        "scopes_supported": [scope.value for scope in OAuthScope],
        "claims_supported": [*(claim for claims in CLAIMS.values() for claim in claims), "auth_time", "nonce"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "token_endpoint_auth_methods_supported": [*by_secret, "none"],
        "revocation_endpoint_auth_methods_supported": [*by_secret, "none"],
        "introspection_endpoint_auth_methods_supported": by_secret,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
        "ui_locales_supported": ["en", "ja"],
    }
