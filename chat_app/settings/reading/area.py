"""The common part of all settings."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Self, TypeVar

from pydantic import (
    AliasChoices,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from chat_app.settings.reading.problems import names_of, refusal
from chat_app.settings.reading.secret_files import SUFFIX, SecretFiles, Unreadable

Check = TypeVar("Check", bound=Callable[[Any], Iterator[str]])
ENV_FILE: Final = ".env"
_TOGETHER = "__together__"


def together(check: Check) -> Check:
    """Mark a method that yields problems of settings in combination.

    All of these are reported, in addition to invalid values.
    """
    setattr(check, _TOGETHER, True)
    return check


class AreaSettings(BaseSettings):
    """Reads the environment, the ``.env`` file, and the files of secrets that they name; immutable afterwards."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        frozen=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources: a secret itself counts before a file that is named for it."""
        files = SecretFiles(settings_cls, env_settings, dotenv_settings)
        return init_settings, env_settings, dotenv_settings, files

    @model_validator(mode="wrap")
    @classmethod
    def _say_all_at_once(cls, values: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Read the values, and raise one error for all that are wrong by themselves, or together with others."""
        wrong: ValidationError | None = None
        try:
            found = read(values)
        except ValidationError as error:
            wrong = error
            refused = {each["loc"][0] for each in error.errors() if each["loc"]}
            fields = {name for name, field in cls.model_fields.items() if refused & names_of(name, field)}
            taken = {each for name in fields for each in names_of(name, cls.model_fields[name])}
            found = read({name: value for name, value in values.items() if name not in taken})  # the defaults are right
        checks = (getattr(found, name) for name in dir(cls) if hasattr(getattr(cls, name, None), _TOGETHER))
        said = [words for check in checks for words in check()]
        if wrong or said:
            raise refusal(cls.__name__, wrong, said)
        return found

    @field_validator("*", mode="before")
    @classmethod
    def _was_read(cls, value: Any) -> Any:
        if isinstance(value, Unreadable):
            raise ValueError(f"the file {value.path}, named by …{SUFFIX}, cannot be read: {value.reason}")
        return value


def own(name: str) -> AliasChoices:
    """Return the environment variable of one of Parley's own settings."""
    return AliasChoices(f"PARLEY_{name.upper()}", name)


def names_in(value: object) -> object:
    """Return the lower-case names in ``a, b``, without their ``@``; any other value unchanged."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip().lower().lstrip("@") for part in value.split(",") if part.strip())


def needs_public_url(value: Any, info: ValidationInfo) -> Any:
    """Check that ``PARLEY_PUBLIC_URL`` is set if this setting is.

    Without it, a request could name another host.
    """
    if value and "public_url" in info.data and not info.data["public_url"]:
        raise ValueError("needs PARLEY_PUBLIC_URL, the address that providers and directories know this site by")
    return value


def not_beside_kratos(value: Any, info: ValidationInfo) -> Any:
    """Check that no given setting is set beside a Kratos, which would ignore it."""
    if value and info.data.get("kratos_public_url"):
        raise ValueError(
            "cannot be kept beside KRATOS_PUBLIC_URL: Kratos signs people in, by passwords too; set it up there"
        )
    return value
