"""What can go wrong with signing in, and with what proves who one is."""

from chat_app.core.kernel.errors import (
    Conflict,
    DomainError,
    NotAllowed,
    NotFound,
)


class BadCredentials(DomainError):
    """No account has this name and password. Deliberately does not say which of the two is wrong."""

    default_code = "bad_credentials"


class KeptElsewhere(NotAllowed):
    """Passwords, and what goes with them, are kept by another service, on its own pages."""

    default_code = "accounts_kept_elsewhere"


class SignInAgain(NotAllowed):
    """Who has no password to give must have signed in lately for this: at most ``minutes`` ago."""

    default_code = "sign_in_again"


class AccountSuspended(NotAllowed):
    """An admin of the site keeps this person out. Told only to who has proved to be them."""

    default_code = "account_suspended"


class LinkSpent(NotFound):
    """The token of a mailed link is good no more, or never was."""

    default_code = "mail_link_invalid"


class TwoFactorState(Conflict):
    """There is a second factor already, there is none, or none that waits to be confirmed."""


class RefreshRefused(DomainError):
    """The refresh token is good no more, or never was."""

    default_code = "refresh_token_invalid"


class SessionNotFound(NotFound):
    """The actor has no such session."""

    default_code = "session_not_found"


class TokenNotFound(NotFound):
    """The actor has no such API token."""

    default_code = "api_token_not_found"


class TooManyTokens(Conflict):
    """The actor has as many API tokens as one may have."""

    default_code = "too_many_api_tokens"


class BeyondScope(NotAllowed):
    """The API token does not reach so far; ``details["scope"]`` would, if there is one that does."""

    default_code = "beyond_scope"
