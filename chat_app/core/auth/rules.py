"""Check passwords. Pure."""

from typing import Final

from chat_app.core.accounts.errors import InvalidField

PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 100
PASSWORD_GUESSED: Final = 20
"""The number of characters that zxcvbn examines: 100 well-chosen ones take fifteen seconds."""


def check_password(value: str, *about: str) -> str:
    """Return the password if it is long enough and hard to guess. zxcvbn rates its beginning; words in ``about`` count
    as guessable.
    """
    if len(value) < PASSWORD_MIN:
        raise InvalidField("password_short", "password", minimum=PASSWORD_MIN)
    if len(value) > PASSWORD_MAX:
        raise InvalidField("password_long", "password", maximum=PASSWORD_MAX)
    from zxcvbn import zxcvbn  # its lists of words take 13 MiB, from the first chosen password on

    known = [word[:PASSWORD_GUESSED] for word in about if word]
    if zxcvbn(value[:PASSWORD_GUESSED], user_inputs=known)["score"] < 2:
        raise InvalidField("password_weak", "password")
    return value
