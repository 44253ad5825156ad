"""What a password may be. Pure."""

from typing import Final

from zxcvbn import zxcvbn

from chat_app.core.accounts.errors import InvalidField

PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 100
PASSWORD_GUESSED: Final = 20
"""How much of a password zxcvbn looks at: for 100 characters, well chosen, it takes fifteen seconds."""


def check_password(value: str, *about: str) -> str:
    """Return the password, if it is long enough and zxcvbn, given what it is ``about``, finds its beginning hard to
    guess.
    """
    if len(value) < PASSWORD_MIN:
        raise InvalidField("password_short", "password", minimum=PASSWORD_MIN)
    if len(value) > PASSWORD_MAX:
        raise InvalidField("password_long", "password", maximum=PASSWORD_MAX)
    known = [word[:PASSWORD_GUESSED] for word in about if word]
    if zxcvbn(value[:PASSWORD_GUESSED], user_inputs=known)["score"] < 2:
        raise InvalidField("password_weak", "password")
    return value
