"""Check assistants. Pure."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.rules import RESERVED, USERNAME
from chat_app.core.assistants.errors import (
    AssistantDescriptionTooLong,
    AssistantNameInvalid,
    HandleInvalid,
    HandleTaken,
    ToolsInvalid,
)
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name

HANDLE_MAX: Final = 30
NAME_MAX: Final = 50
DESCRIPTION_MAX: Final = 160
TOOLS_MAX: Final = 32
_TOOL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}", re.ASCII)


def check_handle(value: str) -> str:
    """Return a handle as it is stored: in lower case, without a leading ``@``.

    Raises :class:`HandleInvalid`, or :class:`HandleTaken` for a word that mentions use.
    """
    handle = value.strip().lower().removeprefix("@").removeprefix("＠")
    if not USERNAME.fullmatch(handle):
        raise HandleInvalid(field="handle")
    if handle in RESERVED:
        raise HandleTaken(field="handle")
    return handle


def check_name(value: str) -> str:
    """Return a name: one line with at least one visible character. Raises :class:`AssistantNameInvalid`."""
    name = clean_name(value)
    if not 1 <= len(name) <= NAME_MAX:
        raise AssistantNameInvalid(field="name", maximum=NAME_MAX)
    return name


def check_description(value: str) -> str:
    """Return a description in one line. Raises :class:`AssistantDescriptionTooLong`."""
    description = clean_line(value)
    if len(description) > DESCRIPTION_MAX:
        raise AssistantDescriptionTooLong(field="description", maximum=DESCRIPTION_MAX)
    return description


def check_tools(values: Sequence[str]) -> list[str]:
    """Return the ids of tools, each once. Raises :class:`ToolsInvalid`."""
    tools = list(dict.fromkeys(values))
    if len(tools) > TOOLS_MAX or not all(_TOOL.fullmatch(each) for each in tools):
        raise ToolsInvalid(field="tools", maximum=TOOLS_MAX)
    return tools


def keeps(actor: Actor, owner_id: UUID | None) -> bool:
    """Return whether a person manages the assistants of this owner. None is the site, whose admins manage them."""
    return owner_id == actor.user_id or (owner_id is None and site_can(actor.site_roles, SitePermission.MANAGE_SHARED))
