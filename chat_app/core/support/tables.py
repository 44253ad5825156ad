"""The log of attempts to alert support."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from chat_app.core.kernel.database.columns import id_column, time_column


class AlertAttempt(SQLModel, table=True):
    """An attempt to send an alert to a target. It has no data about the asker."""

    __tablename__ = "alert_attempts"

    id: UUID = id_column()
    at: datetime = time_column(index=True)
    way: str
    target: str = Field(description="as the staff may see it, without what could be a secret")
    test: bool
    attempt: int
    problem: str = Field(description="why it was not accepted; empty where it was")
