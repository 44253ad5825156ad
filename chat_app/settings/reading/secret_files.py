"""Read secrets from files, as Docker and Kubernetes mount them: ``NAME_FILE`` names the file of the secret ``NAME``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from pydantic_settings.sources import EnvSettingsSource

from chat_app.settings.reading.text_files import read_text

SUFFIX: Final = "_FILE"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be read, in place of its secret."""

    path: str
    reason: str


class SecretFiles(PydanticBaseSettingsSource):
    """Gives the secret settings whose files are named in the environment or the ``.env`` file."""

    def __init__(self, settings: type[BaseSettings], *named_in: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        places = [each.env_vars for each in named_in if isinstance(each, EnvSettingsSource)]
        self._paths = {name: path for place in reversed(places) for name, path in place.items() if path}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the secret of a field, whose file may be unreadable; None without one."""
        if SecretStr not in (field.annotation, *getattr(field.annotation, "__args__", ())):
            return None, field_name, False
        alias = field.validation_alias
        names = [str(each) for each in alias.choices] if isinstance(alias, AliasChoices) else [field_name]
        path = next((found for name in names if (found := self._paths.get((name + SUFFIX).lower()))), None)
        return (_read(path) if path else None), names[0], False

    def __call__(self) -> dict[str, Any]:
        """Return the secrets by the names of their settings."""
        found = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in found if value is not None}


def _read(path: str) -> str | Unreadable:
    try:
        return read_text(Path(path)).strip()
    except ValueError as error:
        return Unreadable(path, str(error))
