"""Settings of the examination of files."""

import re
from typing import Final

from pydantic import field_validator

from chat_app.settings.reading.area import AreaSettings

_ADDRESS: Final = re.compile(r"tcp://(\[[0-9A-Fa-f:.]+\]|[^\s/@:\[\]]+):\d{1,5}|unix:/\S+")


class MediaSettings(AreaSettings):
    """Names a virus scanner, clamd of ClamAV. Without one, files are examined, but not scanned."""

    clamd_url: str | None = None

    @field_validator("clamd_url")
    @classmethod
    def _is_address_of_clamd(cls, value: str | None) -> str | None:
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("not the address of a clamd: tcp://host:3310 or unix:/path/of/clamd.ctl")
        return value
