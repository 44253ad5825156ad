"""Models of OpenAI, Anthropic, Gemini, Ollama and every OpenAI-compatible server, through LiteLLM.

LiteLLM words each request as the vendor and the model want it. The answer is read from the wire by `stream_formats`
and not by LiteLLM's own stream wrapper, which takes a millisecond of processor time for every piece (see
docs/decisions/llm-streaming.md): fifty people's answers at once would need more than two processors.
"""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp

from chat_app.adapters.llm.catalog import OFFERED, Catalog
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.failures import from_response, from_stream
from chat_app.adapters.llm.stream_formats import FILTERED, Event, EventLines, VendorError
from chat_app.adapters.llm.vendors import HttpRequest, prepare, vendor_of
from chat_app.core.ai.context import estimate_prompt, estimate_tokens
from chat_app.core.ai.ports import CompletionRequest, LlmError, LlmMessage, ModelInfo, Piece, Usage

# Some servers leave the connection open after the last word; the answer is whole by then.
AFTER_FINISH_SECONDS = 2.0
CONNECT_SECONDS = 10.0


@dataclass(slots=True)
class _Answer:
    """What has come of one answer so far."""

    request: CompletionRequest
    parts: list[str] = field(default_factory=list)
    finish: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    alive: bool = False

    def add(self, event: Event) -> None:
        """Take in one event of the stream."""
        if event.text:
            self.parts.append(event.text)
        self.alive = self.alive or event.thinking or bool(event.text)
        self.finish = self.finish or event.finish
        self.prompt_tokens = event.prompt_tokens or self.prompt_tokens
        self.completion_tokens = event.completion_tokens or self.completion_tokens

    def usage(self) -> Usage:
        """The vendor's own count, or an estimate where it gave none."""
        return Usage(
            self.prompt_tokens or estimate_prompt(self.request.messages),
            self.completion_tokens or estimate_tokens("".join(self.parts)),
        )


class LiteLlmGateway:
    """The gateway to every configured provider."""

    def __init__(self, config: LlmConfig) -> None:
        self._config = config
        self._catalog = Catalog(config)
        self._session: aiohttp.ClientSession | None = None
        self._loaded = False

    async def models(self) -> list[ModelInfo]:
        """The models on offer; empty if nothing is configured and no Ollama runs here."""
        return await self._catalog.models(self._http())

    async def count_tokens(self, model: str, messages: Sequence[LlmMessage]) -> int:
        """An estimate: a tokenizer takes a hundred megabytes, and the vendors' own counts come with their answers."""
        return estimate_prompt(messages)

    async def health(self) -> bool:
        """Whether any model is on offer."""
        return bool(await self.models())

    async def warm_up(self) -> None:
        """Import LiteLLM (seconds) and word one request for each provider, in a thread."""
        if await self.models():
            await self._load()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Answer piece by piece. See the port for the errors."""
        name, provider, model = self._find(request.model)
        await self._load()
        prepared = prepare(name, provider, model, request.messages, request.max_output)
        answer = _Answer(request)
        lines = EventLines(vendor_of(name).read)
        deadline = asyncio.get_running_loop().time() + self._config.first_piece_seconds
        try:
            async with await self._post(prepared, deadline) as response:
                if response.status != 200:
                    async with asyncio.timeout_at(deadline):
                        raise await _refusal(request.model, response)
                while data := await self._next(response, answer, deadline):
                    for event in lines.feed(data):
                        answer.add(event)
                        if event.text:
                            yield Piece(event.text)
        except VendorError as failure:
            raise from_stream(request.model, str(failure), bool(answer.parts)) from None
        except TimeoutError:
            raise LlmError("llm_timeout", model=request.model) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise LlmError("llm_interrupted" if answer.parts else "llm_unavailable", model=request.model) from None
        yield Piece(usage=_finished(answer))

    def _find(self, model_id: str) -> tuple[str, Provider, str]:
        name, _, model = model_id.partition("/")
        provider = self._catalog.providers.get(name)
        listed = provider and (provider.models or OFFERED.get(name))
        if not provider or not model or (listed and model not in listed):
            raise LlmError("llm_model_not_found", model=model_id)
        return name, provider, model

    async def _post(self, prepared: HttpRequest, deadline: float) -> aiohttp.ClientResponse:
        async with asyncio.timeout_at(deadline):
            # A redirect is not followed: it would take the key along.
            return await self._http().post(
                prepared.url, headers=prepared.headers, json=prepared.body, allow_redirects=False
            )

    async def _next(self, response: aiohttp.ClientResponse, answer: _Answer, deadline: float) -> bytes:
        """The next bytes; none at the end."""
        now = asyncio.get_running_loop().time()
        if answer.finish:
            with suppress(TimeoutError, aiohttp.ClientError):
                async with asyncio.timeout_at(now + AFTER_FINISH_SECONDS):
                    return await response.content.readany()
            return b""
        async with asyncio.timeout_at(now + self._config.silence_seconds if answer.alive else deadline):
            return await response.content.readany()

    def _http(self) -> aiohttp.ClientSession:
        """One session for all requests, made on first use because it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                trust_env=True,
            )
        return self._session

    async def _load(self) -> None:
        if not self._loaded:
            await asyncio.to_thread(_import_litellm, self._catalog.providers)
            self._loaded = True


def _import_litellm(providers: dict[str, Provider]) -> None:
    """Import LiteLLM without its telemetry, logging and downloads, and what it would import on the first request."""
    if "litellm" not in sys.modules:
        os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.disable_hf_tokenizer_download = True
    logging.getLogger("LiteLLM").setLevel(logging.ERROR)
    for name, provider in providers.items():
        model = next(iter(provider.models or OFFERED.get(name, ())), "any")
        prepare(name, provider, model, [LlmMessage("system", "-"), LlmMessage("user", "-")], 1)
    # What LiteLLM leaves in memory never goes away; looking through it costs a full collection 150 ms each time.
    gc.freeze()


async def _refusal(model: str, response: aiohttp.ClientResponse) -> LlmError:
    """The error for an answer that is not a stream; the first part of its body tells the kind."""
    body = await response.content.read(4096)
    return from_response(model, response.status, body.decode(errors="replace"), response.headers)


def _finished(answer: _Answer) -> Usage:
    """The usage of a whole answer. Raises if it stopped before its end, or for its content."""
    if answer.finish in FILTERED:
        raise LlmError("llm_content_filtered", model=answer.request.model)
    if answer.finish is None:
        raise LlmError("llm_interrupted" if answer.parts else "llm_unavailable", model=answer.request.model)
    return answer.usage()
