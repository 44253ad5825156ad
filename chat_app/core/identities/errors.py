"""What can go wrong on the way in from elsewhere."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound, NotSignedIn, Unavailable


class ProviderNotFound(NotFound):
    """This site does not offer that provider."""

    default_code = "provider_not_found"


class ProviderUnavailable(Conflict):
    """The provider cannot be reached, or not be understood."""

    default_code = "provider_unavailable"


class ProviderRefused(Invalid):
    """The provider does not vouch for anybody: the answer is forged, stale, or says so."""

    default_code = "provider_refused"


class SignInCancelled(Invalid):
    """The person said no at the provider."""

    default_code = "sign_in_cancelled"


class SignInExpired(Invalid):
    """Nobody left from this browser with this state, or too long ago, or has come back already."""

    default_code = "sign_in_expired"


class ClaimNotFound(NotFound):
    """No account waits to be claimed in this browser, or not any more."""

    default_code = "claim_not_found"


class IdentityTaken(Conflict):
    """The account elsewhere lets somebody else in."""

    default_code = "identity_taken"


class ProviderLinked(Conflict):
    """The person has linked another account of this provider already."""

    default_code = "provider_linked"


class EmailKnown(Conflict):
    """An account has the address that the provider told. To link it, its owner signs in to it first."""

    default_code = "identity_email_known"


class AuthUnavailable(Unavailable):
    """Who keeps people's sessions cannot be asked, so nobody is let in."""

    default_code = "auth_unavailable"


class SecondFactorWanted(NotSignedIn):
    """Who keeps the session wants a second proof before it is good."""

    default_code = "second_factor_wanted"


class AccountNotMoved(Conflict):
    """An account has the newcomer's email, but has not been brought over to who keeps sessions now."""

    default_code = "account_not_moved"


class LastWayIn(Conflict):
    """Without this, the person could not sign in any more."""

    default_code = "last_way_in"
