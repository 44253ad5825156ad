"""Write messages as Markdown. Pure.

Each message has a heading of its author and time. Its text is a block quote: no text can look like another heading.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from chat_app.core.messages.views.messages import MessageView

_MARKS: Final = re.compile(r"([\\`*_\[\]<>#|~!])")


@dataclass(frozen=True, slots=True)
class ReaderWords:
    """The reader's words and time zone, and the names of models by their ids."""

    words: Mapping[str, str]
    zone: ZoneInfo
    models: Mapping[str, str]


def heading(name: str, description: str, at: datetime, wording: ReaderWords) -> str:
    """Return the beginning of an export: the room, and when it was exported."""
    about = f"{_quoted(description)}\n\n" if description else ""
    when = wording.words["exportedAt"].replace("{{time}}", f"{at:%Y-%m-%d %H:%M} ({wording.zone.key})")
    return f"# {_plain(name)}\n\n{about}{when}\n"


def message_lines(message: MessageView, blocked: Collection[UUID], wording: ReaderWords) -> str:
    """Return a message: who wrote it and when, what it replies to, its text, and the names of its files."""
    words = wording.words
    at = message.at.astimezone(wording.zone)
    head = f"\n### {_author(message, wording)} · {at:%Y-%m-%d %H:%M}"
    if message.author and message.author.id in blocked:
        return f"{head}\n\n*{words['blocked']}*\n"
    parts = [head + (f" · {words['edited']}" if message.edited else "")]
    if message.reply and message.reply.seq:
        parts.append(f"*{words['reply'].replace('{{name}}', _plain(_cited(message, wording)))}*")
    if message.text:
        parts.append(_quoted(message.text))
    if message.attachments:
        parts.append("\n".join(f"- {words['file']}: {_plain(each['name'])}" for each in message.attachments))
    return "\n\n".join(parts) + "\n"


def _author(message: MessageView, wording: ReaderWords) -> str:
    if message.answer is None:
        person = message.author
        return f"{_plain(person.name)} (@{person.username})" if person and person.name else wording.words["gone"]
    model = _model(message.answer.model, wording)
    assistant = message.answer.assistant
    return _plain(f"{assistant.name} ({model})" if assistant else model)


def _model(model: str | None, wording: ReaderWords) -> str:
    return wording.models.get(model, model) if model else "AI"


def _cited(message: MessageView, wording: ReaderWords) -> str:
    reply = message.reply
    if reply is None:
        return ""
    return reply.author or (_model(reply.model, wording) if reply.is_ai else wording.words["gone"])


def _plain(text: str) -> str:
    """Return a line in which nothing is Markdown."""
    return _MARKS.sub(r"\\\1", text)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
