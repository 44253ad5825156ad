"""Errors of signing in through accounts elsewhere."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound, NotSignedIn, Unavailable


class ProviderNotFound(NotFound):
    """This site does not offer the provider."""

    default_code = "provider_not_found"


class ProviderUnavailable(Conflict):
    """The provider cannot be reached, or its answer is unreadable."""

    default_code = "provider_unavailable"


class ProviderRefused(Invalid):
    """The provider does not confirm an identity: the answer is forged, stale, or an error."""

    default_code = "provider_refused"


class SignInCancelled(Invalid):
    """The person declined at the provider."""

    default_code = "sign_in_cancelled"


class SignInExpired(Invalid):
    """No departure of this browser has this state, or it has expired or was used."""

    default_code = "sign_in_expired"


class ClaimNotFound(NotFound):
    """No account waits to be claimed in this browser, or no longer."""

    default_code = "claim_not_found"


class IdentityTaken(Conflict):
    """The external account is linked to another person."""

    default_code = "identity_taken"


class ProviderLinked(Conflict):
    """The person has already linked another account of this provider."""

    default_code = "provider_linked"


class EmailKnown(Conflict):
    """An account has the email that the provider gave. To link it, its owner signs in first."""

    default_code = "identity_email_known"


class AuthUnavailable(Unavailable):
    """The service that keeps sessions cannot be reached, so nobody can sign in."""

    default_code = "auth_unavailable"


class SecondFactorWanted(NotSignedIn):
    """The service that keeps the session requires a second factor."""

    default_code = "second_factor_wanted"


class AccountNotMoved(Conflict):
    """An account has the newcomer's email, but was not moved to the service that keeps sessions now."""

    default_code = "account_not_moved"


class LastWayIn(Conflict):
    """Without this, the person could not sign in any more."""

    default_code = "last_way_in"


class DirectoryPassword(Conflict):
    """The password belongs to the directory of the person's organisation, and is changed there."""

    default_code = "directory_password"


class AssertionRefused(Invalid):
    """The provider's assertion is not accepted: unsigned, expired, replayed, for another site or not asked for."""

    default_code = "assertion_refused"
