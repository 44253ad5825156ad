"""Build the prompts of answers: the messages and files that fit into the model's window."""

import asyncio
from functools import partial
from typing import Final
from uuid import UUID

from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.context.continuation import build_continuation
from chat_app.core.ai.context.lines.others import with_others
from chat_app.core.ai.context.prompt import Prompt, build_prompt, estimate_tokens
from chat_app.core.ai.context.reading.file_texts import documents, read_texts
from chat_app.core.ai.context.shapes.files import Contents, PromptFile
from chat_app.core.ai.context.turns import with_images
from chat_app.core.ai.images import ImageSource
from chat_app.core.ai.ports.gateway import LlmImage, LlmMessage, ModelInfo
from chat_app.core.ai.texts import system_text
from chat_app.core.ai.tool_use.rules import FOR_RESULTS, tokens_of_tools
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.persistence import persist
from chat_app.core.tools.ports import ToolInfo

IMAGES_BYTES: Final = 14 * 2**20
"""The maximum bytes of the pictures of one prompt: base64 adds a third, and vendors accept 20 MB."""

AT_ONCE: Final = 4
"""Pictures of one prompt that are loaded at the same time."""


class Prompts:
    """Builds prompts in a process. The bytes of pictures are loaded in no transaction."""

    def __init__(self, work: UnitOfWork, images: ImageSource | None) -> None:
        self._work, self._images = work, images

    async def build(
        self, claim: ClaimedRun, model: ModelInfo, tools: tuple[ToolInfo, ...]
    ) -> tuple[Prompt, tuple[LlmMessage, ...]]:
        """Return the prompt of an answer, and its messages with their pictures."""
        budget = model.prompt_budget
        if tools:
            budget -= budget // FOR_RESULTS + tokens_of_tools(tools)
        build = partial(
            partial(build_continuation, so_far=claim.so_far.text) if claim.so_far else build_prompt,
            with_others(claim.history, model.id, claim.persona.id if claim.persona else None),
            system=system_text(
                claim.instructions, claim.persona, is_aside=claim.is_aside, unasked=claim.unasked, tools=bool(tools)
            ),
            budget_tokens=budget,
            count=estimate_tokens,
            earlier=claim.earlier,
        )
        wanted = documents(claim.history)
        texts = await persist(self._work, read_texts, wanted, budget) if wanted else {}
        return await self._with_images(build, Contents(texts, sees=bool(self._images) and "vision" in model.abilities))

    async def _with_images(self, build: "partial[Prompt]", contents: Contents) -> tuple[Prompt, tuple[LlmMessage, ...]]:
        """Build a prompt, and load its pictures. If some cannot be loaded, build it again without them, with a note."""
        loaded: dict[tuple[UUID, int], LlmImage] = {}
        lost: set[UUID] = set()
        while True:
            prompt = await asyncio.to_thread(build, contents=Contents(contents.texts, contents.sees, lost))
            missing = [file for _, file in reversed(prompt.pictures) if file.shown not in loaded]
            if not missing:
                return prompt, with_images(prompt.messages, prompt.pictures, loaded)
            left = IMAGES_BYTES - sum(len(image.data) for image in loaded.values())
            loaded |= await self._load(missing, left)
            lost |= {file.id for file in missing if file.shown not in loaded}

    async def _load(self, files: list[PromptFile], left: int) -> dict[tuple[UUID, int], LlmImage]:
        """Load pictures, and return the first ones within a number of bytes.

        If a page of a document cannot be loaded, all later pages of the document are left out.
        """
        turn, lost = asyncio.Semaphore(AT_ONCE), set[UUID]()

        async def load(file: PromptFile) -> LlmImage | None:
            async with turn:
                image = await self._images.load(file) if self._images and file.id not in lost else None
            if image is None:
                lost.add(file.id)
            return image

        found: dict[tuple[UUID, int], LlmImage] = {}
        for file, image in zip(files, await asyncio.gather(*map(load, files)), strict=True):
            left -= len(image.data) if image else 0
            if image and left >= 0:
                found[file.shown] = image
        return found
