"""Settings of mail."""

from pydantic import Field, SecretStr, field_validator

from chat_app.settings.reading.area import AreaSettings, own


class MailSettings(AreaSettings):
    """Names a mail server. Without one, mail is kept, for the site's admin to read at /admin/outbox."""

    smtp_url: SecretStr | None = Field(None, validation_alias=own("smtp_url"))
    mail_from: str = Field("Parley <parley@localhost>", validation_alias=own("mail_from"))

    @field_validator("smtp_url")
    @classmethod
    def _speaks_smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("not a mail server's URL: smtp://user:password@host:587 or smtps://…:465")
        return value
