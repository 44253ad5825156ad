"""Settings of the tools that are built in."""

import re
from typing import Annotated, Final

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from chat_app.settings.reading.area import AreaSettings, own

_HOST: Final = re.compile(r"(\*\.)?[^\s/@:*\[\]]+|([^\s/@:*\[\]]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")


class ToolSettings(AreaSettings):
    """The built-in tools that rooms may have, and the hosts that may be fetched without approval."""

    tools_calculator: bool = Field(True, validation_alias=own("tools_calculator"))
    tools_fetch: bool = Field(True, validation_alias=own("tools_fetch"))
    tools_fetch_allow: Annotated[tuple[str, ...], NoDecode] = Field((), validation_alias=own("tools_fetch_allow"))

    @field_validator("tools_fetch_allow", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        """Accept ``a, b`` as well as a sequence."""
        return [name for part in value.split(",") if (name := part.strip())] if isinstance(value, str) else value

    @field_validator("tools_fetch_allow")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not _HOST.fullmatch(each):
                raise ValueError(f"not a host, as in example.org, *.example.org or intranet.example:8080: {each}")
        return value
