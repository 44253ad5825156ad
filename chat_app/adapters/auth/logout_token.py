"""Verify the logout tokens of OpenID providers (OpenID Connect Back-Channel Logout 1.0)."""

import time
from collections.abc import Mapping
from typing import Any, Final

from joserfc.errors import InvalidClaimError
from joserfc.jwt import JWTClaimsRegistry

from chat_app.adapters.auth.claims import written
from chat_app.core.identities.ports import LogoutAsked

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
AGE_MAX: Final = 600
"""The greatest age of a token in seconds, by clocks that differ."""


class LogoutClaims(dict[str, Any]):
    """The claims of a logout token with a verified signature."""

    def __init__(
        self, claims: Mapping[str, Any], header: Mapping[str, Any], options: Mapping[str, Any], _: object
    ) -> None:
        super().__init__(claims)
        self._header, self._options = header, options

    def validate(self, leeway: int) -> None:
        """Raise joserfc's errors for what is no logout token, but an ID token or one for another site, or old."""
        needed = {name: {"essential": True} for name in ("iss", "aud", "iat", "jti", "events")}
        for name, option in self._options.items():
            needed[name] |= option
        JWTClaimsRegistry(leeway=leeway, **needed).validate(self)  # type: ignore[arg-type]
        for name, is_right in self._right().items():
            if not is_right:
                raise InvalidClaimError(name)

    def _right(self) -> dict[str, bool]:
        """Return the expected claims of a logout token."""
        events, kind = self["events"], str(self._header.get("typ", "JWT")).lower()
        return {
            "events": isinstance(events, dict) and isinstance(events.get(EVENT), dict),
            "nonce": "nonce" not in self,
            "iat": self["iat"] >= time.time() - AGE_MAX,
            "sub": bool(written(self.get("sub")) or written(self.get("sid"))),
            "typ": kind in {"jwt", "logout+jwt", "application/logout+jwt"},
        }


def asked_by(claims: Mapping[str, Any]) -> LogoutAsked:
    """Return whose sessions the claims of a token want to end."""
    session = written(claims.get("sid"))
    return LogoutAsked(written(claims["jti"]), written(claims.get("sub")), (session,) if session else (), "")
