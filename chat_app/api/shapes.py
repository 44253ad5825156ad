"""The JSON shapes of the API in addition to those in ``chat_app/core/live/wire.py``."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from chat_app.core.live.shapes import MyselfJson

Place = Annotated[StrictInt, Field(ge=0, le=2**53)]
"""A counter: a message's number (``seq``) or a room's revision (``rev``)."""


class RequestBody(BaseModel):
    """The body of a request: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Proof(RequestBody):
    """The proof of identity: the password, and a code where the account has an authenticator.

    A person without a password must have signed in within the last ten minutes instead.
    """

    password: str = Field("", max_length=1024)
    code: str = Field("", max_length=100)


class ErrorBody(BaseModel):
    """An error: `code` is stable, `message` is for people, `details` are values such as a limit or a field.

    Where several fields are invalid, `details.others` has the code and details of each further one.
    """

    code: str
    message: str
    details: dict[str, str | int | list[dict[str, str | int | None]] | None]


class ErrorOut(BaseModel):
    """The body of every error."""

    error: ErrorBody


class MeOut(MyselfJson):
    """The signed-in person. `account_page` is where they change how they sign in, if that is not here."""

    email: str
    email_verified: bool
    has_password: bool
    account_page: str
    shows_presence: bool
    is_admin: bool
    site_roles: list[str]
    receipts: bool
