"""Merge messages into the turns of a prompt, and put the pictures into them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from chat_app.core.ai.context.shapes.files import PromptFile
from chat_app.core.ai.ports.gateway import LlmImage, LlmMessage

Pictures = tuple[tuple[int, PromptFile], ...]
"""Pictures in the order in which they are shown, each with the place of its turn."""


class TurnPart(NamedTuple):
    """Hold a text of a prompt, and the pictures that belong to it."""

    message: LlmMessage
    pictures: Sequence[PromptFile] = ()


def merge_turns(first: LlmMessage, said: Iterable[TurnPart]) -> tuple[tuple[LlmMessage, ...], Pictures]:
    """Return the turns after the ``first`` one, and the pictures. Successive messages of one side become one turn."""
    messages, pictures = [first], list[tuple[int, PromptFile]]()
    for _, group in groupby(said, key=lambda each: each.message.role):
        together = list(group)
        pictures += [(len(messages), file) for each in together for file in each.pictures]
        content = "\n\n".join(each.message.content for each in together)
        messages.append(replace(together[-1].message, content=content))
    return tuple(messages), tuple(pictures)


def with_images(
    messages: Sequence[LlmMessage], pictures: Pictures, loaded: Mapping[tuple[UUID, int], LlmImage]
) -> tuple[LlmMessage, ...]:
    """Return the turns of a prompt with their pictures."""
    shown = list(messages)
    for place, file in pictures:
        shown[place] = replace(shown[place], images=(*shown[place].images, loaded[file.shown]))
    return tuple(shown)
