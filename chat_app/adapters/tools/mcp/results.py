"""Clean and limit what tool servers return: names, descriptions, schemas and results."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import mcp_types as types

from chat_app.adapters.tools.mcp.files import served_files
from chat_app.core.kernel.checks.strict_json import size_of
from chat_app.core.kernel.texts.cleaning import clean_line, clean_text, cut
from chat_app.core.tools.ports import MadeFile, ToolResult

TOOLS_MAX: Final = 64
NAME_MAX: Final = 128
LABEL_MAX: Final = 80
DESCRIPTION_MAX: Final = 1_000
SCHEMA_MAX: Final = 8_000
SCHEMA_DEPTH_MAX: Final = 12
TEXT_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class ServedTool:
    """A tool of a server; ``name`` is the server's name for it."""

    name: str
    label: str
    description: str
    parameters: Mapping[str, Any]
    read_only: bool


def served_tools(found: Sequence[types.Tool]) -> list[ServedTool]:
    """Return the tools that can be passed on to models: without impossible names or schemas, and without duplicates."""
    tools: dict[str, ServedTool] = {}
    for tool in found:
        if tool.name not in tools and _is_name(tool.name) and _is_schema(tool.input_schema):
            tools[tool.name] = _served(tool)
        if len(tools) == TOOLS_MAX:
            break
    return list(tools.values())


def _served(tool: types.Tool) -> ServedTool:
    hints = tool.annotations
    title = tool.title or (hints.title if hints else None) or tool.name
    parameters = {"type": "object", "properties": {}, **tool.input_schema}
    return ServedTool(
        name=tool.name,
        label=cut(clean_line(title), LABEL_MAX) or tool.name,
        description=cut(clean_text(tool.description or ""), DESCRIPTION_MAX),
        parameters=parameters,
        read_only=bool(hints and hints.read_only_hint and not hints.destructive_hint),
    )


def _is_name(name: str) -> bool:
    return 0 < len(name) <= NAME_MAX and name.isascii() and name.isprintable() and " " not in name


def _is_schema(schema: Mapping[str, Any]) -> bool:
    """Return whether a schema is one of an object, of a size that models can read, and refers to nothing elsewhere."""
    if schema.get("type", "object") != "object" or not isinstance(schema.get("properties", {}), Mapping):
        return False
    try:
        if size_of(schema) > SCHEMA_MAX:
            return False
    except ValueError:
        return False
    return all(depth <= SCHEMA_DEPTH_MAX and fits for depth, fits in _parts(schema, 0))


def _parts(value: Any, depth: int) -> Iterator[tuple[int, bool]]:
    if depth > SCHEMA_DEPTH_MAX:
        yield depth, False
    elif isinstance(value, Mapping):
        reference = value.get("$ref", "#")
        yield depth, not isinstance(reference, str) or reference.startswith("#")
        for each in value.values():
            yield from _parts(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each, depth + 1)


def result_of(answer: types.CallToolResult) -> ToolResult:
    """Return a result as text, in which files are named, and its first files."""
    found = served_files(answer.content) if not answer.is_error else {}
    words = (_words(each, found.get(place)) for place, each in enumerate(answer.content))
    text = "\n\n".join(filter(None, words))
    if not text and answer.structured_content is not None:
        text = json.dumps(answer.structured_content, ensure_ascii=False)
    text = clean_text(text)
    note = "" if len(text) <= TEXT_MAX else "\n\n[The result is longer: it was cut here.]"
    said = (cut(text, TEXT_MAX) or "(The tool answered nothing.)") + note
    return ToolResult(said, failed=answer.is_error, files=tuple(found.values()))


def _words(content: types.ContentBlock, file: MadeFile | None) -> str:
    if file:
        return f"[A file, which everybody sees below your answer: {file.name}, {_brief(file.mime_type)}]"
    if isinstance(content, types.TextContent):
        return content.text
    if isinstance(content, types.EmbeddedResource):
        inner = content.resource
        return inner.text if isinstance(inner, types.TextResourceContents) else f"[A file: {_brief(inner.uri)}]"
    if isinstance(content, types.ResourceLink):
        return f"[A link: {_brief(content.title or content.name)}, {_brief(content.uri)}]"
    kind = "A picture" if isinstance(content, types.ImageContent) else "A sound"
    return f"[{kind}, which cannot be shown here: {_brief(content.mime_type)}]"


def _brief(text: object) -> str:
    return cut(clean_line(str(text)), 300)
