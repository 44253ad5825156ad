"""Errors of signing in, and of credentials."""

from chat_app.core.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
)


class BadCredentials(DomainError):
    """No account has this login and password. The error does not say which of the two is wrong."""

    default_code = "bad_credentials"


class KeptElsewhere(NotAllowed):
    """Passwords and second factors are kept by another service, on its own pages."""

    default_code = "accounts_kept_elsewhere"


class SignInAgain(NotAllowed):
    """A person without a password must have signed in within the last ``minutes`` for this."""

    default_code = "sign_in_again"


class AccountSuspended(NotAllowed):
    """A site admin has suspended this person. Raised only after they have proved who they are."""

    default_code = "account_suspended"


class AccountWaits(NotAllowed):
    """A new account waits: for its address to be verified (``account_waits_address``), or for approval.

    Raised only after its person has proved who they are.
    """

    default_code = "account_waits_approval"


class LinkSpent(NotFound):
    """The token of a mailed link is not valid, or no longer."""

    default_code = "mail_link_invalid"


class TwoFactorState(Conflict):
    """A second factor exists already, does not exist, or does not wait to be confirmed."""


class RefreshRefused(DomainError):
    """The refresh token is not valid, or no longer."""

    default_code = "refresh_token_invalid"


class SessionNotFound(NotFound):
    """The actor has no such session."""

    default_code = "session_not_found"


class TokenNotFound(NotFound):
    """The actor has no such API token."""

    default_code = "api_token_not_found"


class TooManyTokens(Conflict):
    """The actor has as many API tokens as the limit allows."""

    default_code = "too_many_api_tokens"


class BeyondScope(NotAllowed):
    """The API token lacks a scope; ``details["scope"]`` names it, if a scope would be enough."""

    default_code = "beyond_scope"


class PasskeysUnavailable(Conflict):
    """The site has no domain with https, without which browsers know no passkeys."""

    default_code = "passkeys_unavailable"


class PasskeyRefused(Invalid):
    """The response of a passkey is not valid: forged, stale, for another site, or of a removed passkey."""

    default_code = "passkey_refused"


class PasskeyTaken(Conflict):
    """The passkey has been added already."""

    default_code = "passkey_taken"


class PasskeyNotFound(NotFound):
    """The actor has no such passkey."""

    default_code = "passkey_not_found"


class TooManyPasskeys(Conflict):
    """The actor has as many passkeys as the limit allows."""

    default_code = "too_many_passkeys"


class SsoRequired(NotAllowed):
    """The person's organisation requires sign-in at its own ``provider``, whose ``name`` is shown."""

    default_code = "sso_required"
