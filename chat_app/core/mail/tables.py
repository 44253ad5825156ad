"""The outbox."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, time_column


class MailKind(StrEnum):
    """The kind of a mail. Its text is ``mail.<kind>Subject`` and ``mail.<kind>Text`` of the catalogues."""

    INVITATION = "invitation"
    VERIFY_EMAIL = "verifyEmail"
    CHANGE_EMAIL = "changeEmail"
    EMAIL_TAKEN = "emailTaken"
    EMAIL_CHANGED = "emailChanged"
    RESET_PASSWORD = "resetPassword"  # noqa: S105, no password
    PASSWORD_CHANGED = "passwordChanged"  # noqa: S105
    TWO_FACTOR_ON = "twoFactorOn"
    TWO_FACTOR_OFF = "twoFactorOff"
    PASSKEY_ADDED = "passkeyAdded"
    PASSKEY_REMOVED = "passkeyRemoved"
    ACCOUNT_SUSPENDED = "accountSuspended"
    ACCOUNT_SUSPENDED_THERE = "accountSuspendedThere"
    ACCOUNT_RESTORED = "accountRestored"
    ACCOUNT_DELETED = "accountDeleted"
    ROLES_CHANGED = "rolesChanged"
    ROLES_FOLLOWED = "rolesFollowed"
    HELP_REQUESTED = "helpRequested"
    ALERT_TEST = "alertTest"
    BUDGET_OWN = "budgetOwn"
    BUDGET_ROOM = "budgetRoom"
    BUDGET_GROUP = "budgetGroup"
    BUDGET_SITE = "budgetSite"
    ACCOUNT_APPROVED = "accountApproved"
    ACCOUNT_DECLINED = "accountDeclined"
    SITE_INVITATION = "siteInvitation"


class Mail(SQLModel, table=True):
    """A mail to be sent: its kind and values, not its text.

    Its job is enqueued in the same transaction. Its link can be a secret, so it is sealed, and deleted with the
    ``details`` when they are no longer needed. ``next_at`` is the end of the current attempt's lease.
    """

    __tablename__ = "mails"

    id: UUID = id_column()
    address: str
    kind: str
    locale: str = "en"
    details: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    sealed_path: str | None = Field(default=None, description="the path of its link on this site, encrypted")
    attempts: int = 0
    created_at: datetime = time_column()
    next_at: datetime = time_column()
    sent_at: datetime | None = time_column(nullable=True)
    given_up_at: datetime | None = time_column(nullable=True)
