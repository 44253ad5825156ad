"""Write what scripts in the browser take from Python: types of the wire and of rows on pages, and shared rules."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from chat_app.api.rest.account.sign_in.identities import JOIN
from chat_app.core.access.permissions import PERMISSIONS, Permission, Role
from chat_app.core.accounts.rules import USERNAME
from chat_app.core.ai.rules import ANSWER_MAX, NOT_CONTINUED
from chat_app.core.files.attached.sending import ATTACHMENTS_MAX
from chat_app.core.files.voice import PEAK_MAX, PEAKS_MAX, VOICE_SECONDS_MAX
from chat_app.core.kernel.wire import PageJson
from chat_app.core.live.shapes import UNSAID
from chat_app.core.live.wire import SHAPES, AnyOp
from chat_app.core.messages.texts.calls import BEFORE_CALL
from chat_app.core.prompts.rules import NAME_LETTER, NAME_MAX
from chat_app.core.rooms.rules import AUTO_NAME_MAX
from chat_app.settings import Settings
from chat_app.ui.live.room_shapes import SidebarVar
from chat_app.ui.live.shapes import CardVar, ReceiptVar, RowVar
from chat_app.web_session import OWN_PATH

_MADE: Final = "// Made by `make docs`; a test keeps it fresh."
_NAMES: Final = {"integer": "number"}

Schema = dict[str, Any]


def rules() -> str:
    """Return ``assets/rules.js``: roles, permissions, lengths and patterns."""
    mine = {role.value: [each.value for each in Permission if each in PERMISSIONS[role]] for role in Role}
    values = {
        "ROLES": [role.value for role in Role],
        "PERMISSIONS": mine,
        "MESSAGE_MAX": Settings.model_fields["message_max_chars"].default,
        "ANSWER_MAX": ANSWER_MAX,
        "NOT_CONTINUED": NOT_CONTINUED,
        "AUTO_NAME_MAX": AUTO_NAME_MAX,
        "ATTACHMENTS_MAX": ATTACHMENTS_MAX,
        "VOICE_SECONDS_MAX": VOICE_SECONDS_MAX,
        "PEAKS_MAX": PEAKS_MAX,
        "PEAK_MAX": PEAK_MAX,
        "USERNAME": USERNAME.pattern,
        "BEFORE_CALL": BEFORE_CALL,
        "PROMPT_NAME": f"{NAME_LETTER}{{0,{NAME_MAX}}}",
        "OWN_PATH": OWN_PATH.pattern,
        "JOIN_PATH": JOIN.pattern,
        "UNSAID": UNSAID,
    }
    lines = [f"export const {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in values.items()]
    return "\n".join(["// The rules that Python and the browser share.", _MADE, *lines, ""])


def types() -> str:
    """Return ``assets/wire.d.ts``: an interface for each shape, and the union of the ops."""
    schema = TypeAdapter(AnyOp).json_schema(mode="serialization")
    known = schema["$defs"] | _schemas(shape for shape in SHAPES if shape is not PageJson)
    ops = sorted(op.__name__ for op in get_args(AnyOp))
    page = [f"/** {PageJson.__doc__} */", "export interface PageJson<T> {", "  items: T[];", "  next: string;", "}"]
    union = f"export type Op = {' | '.join(ops)};"
    return "\n".join(["// What goes over the wire.", _MADE, "", *_interfaces(known), *page, "", union, ""])


def shown() -> str:
    """Return ``assets/shown.d.ts``: an interface for each shape in which scripts give pages what the feed has told."""
    known = _schemas((RowVar, CardVar, ReceiptVar, SidebarVar))
    return "\n".join(["// What pages in Python see of the feed.", _MADE, "", *_interfaces(known)])


def _schemas(shapes: Iterable[Any]) -> dict[str, Schema]:
    """Return the schemas of ``shapes`` and of all that stands in them, by name."""
    known: dict[str, Schema] = {}
    for shape in shapes:
        own = TypeAdapter(shape).json_schema(mode="serialization")
        known |= own.pop("$defs", {}) | {shape.__name__: own}
    return known


def _interfaces(known: dict[str, Schema]) -> list[str]:
    return [line for name in sorted(known) for line in (*_interface(name, known[name]), "")]


def _interface(name: str, schema: Schema) -> Iterator[str]:
    yield f"/** {' '.join(schema['description'].split())} */"
    yield f"export interface {name} {{"
    for key, value in schema["properties"].items():
        yield f"  {key}{'' if key in schema.get('required', ()) else '?'}: {_type(value)};"
    yield "}"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(map(_type, schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"Array<{_type(schema['items'])}>"
    if schema.get("type") == "object":
        values = schema["additionalProperties"]
        return f"Record<string, {'unknown' if values is True else _type(values)}>"
    return _NAMES.get(schema.get("type", ""), schema.get("type", "unknown"))
