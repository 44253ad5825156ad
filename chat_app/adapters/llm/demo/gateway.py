"""The demo model of a site without a model: it explains how to connect one."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from importlib.resources import files

from chat_app.adapters.llm.demo.decisions import decide
from chat_app.adapters.llm.demo.summaries import summary
from chat_app.core.ai.context.prompt import estimate_prompt, estimate_tokens
from chat_app.core.ai.ports.drawing import Drawing, DrawingRequest
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmMessage, ModelInfo, Piece
from chat_app.core.ai.ports.recordings import Recording
from chat_app.core.ai.ports.speech import Utterance
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.kernel.texts.cleaning import cut

DEMO = ModelInfo("demo", "Demo", "Parley", context_window=8192, max_output=1024, is_demo=True)
QUOTED_CHARACTERS = 60

_TEXTS = {language: files(__package__).joinpath(f"{language}.md").read_text("utf-8") for language in ("en", "ja")}
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
# Words with the space before them; Japanese, which has none, a few characters at a time.
_PIECE = re.compile(r"\s*(?:[\u3000-\u9fff\uff00-\uffef]{1,3}|[^\s\u3000-\u9fff\uff00-\uffef]+)|\s+")
_MARKS = re.compile(r"^\[Parley: .*\]$", re.MULTILINE)
_FILE_NAME = re.compile(r'\[Parley: file \d+: "([^"]*)"')
# Words of the question → the provider to show, and the commands for it.
_EXAMPLES = (
    (("claude", "anthropic"), "Anthropic", "export ANTHROPIC_API_KEY=sk-ant-…"),
    (("gemini", "google"), "Google Gemini", "export GEMINI_API_KEY=…"),
    (("vllm", "lm studio", "llama.cpp"), "vLLM", "export COMPATIBLE_BASE_URL=http://127.0.0.1:8000/v1"),
    (("ollama", "llama", "local", "ローカル"), "Ollama", "ollama pull llama3.2"),
    (("",), "OpenAI", "export OPENAI_API_KEY=sk-…"),
)


class DemoGateway:
    """The gateway with the one model `demo`. `pause` is the time between pieces, in seconds."""

    def __init__(self, pause: float) -> None:
        self._pause = pause

    async def models(self) -> list[ModelInfo]:
        """Return the demo model."""
        return [DEMO]

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Stream the explanation at reading speed, in the language of the question."""
        if request.model != DEMO.id:
            raise LlmError("llm_model_not_found", model=request.model)
        text = decide(request.messages) if request.decides else summary(request.messages)
        text = text or _explanation(request.messages)
        for piece in _PIECE.findall(text):
            await asyncio.sleep(self._pause)
            yield Piece(piece)
        yield Piece(usage=Usage(estimate_prompt(request.messages), estimate_tokens(text)))

    async def transcribe(self, recording: Recording) -> str:
        """Refuse: the demo cannot transcribe."""
        raise LlmError("llm_model_not_found", model=recording.model)

    async def speak(self, utterance: Utterance) -> AsyncGenerator[bytes, None]:
        """Refuse: the demo has no voice."""
        for silence in list[bytes]():
            yield silence
        raise LlmError("llm_model_not_found", model=utterance.speaker.model)

    async def price(self, model: str, *, letters: int = 0, seconds: float = 0) -> int | None:
        """Return nothing: the demo has no speech."""
        return None

    async def count_tokens(self, model: str, messages: Sequence[LlmMessage]) -> int:
        """Return an estimate."""
        return estimate_prompt(messages)

    async def health(self) -> bool:
        """Return true: the demo always works."""
        return True

    async def warm_up(self) -> None:
        """Do nothing: there is nothing to load."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""

    async def drawers(self) -> list[ModelInfo]:
        """Return none: the demo only writes."""
        return []

    async def draw(self, request: DrawingRequest) -> Drawing:
        """Refuse: the demo only writes."""
        raise LlmError("llm_model_not_found", model=request.model)


def _explanation(messages: Sequence[LlmMessage]) -> str:
    asked = next((m for m in reversed(messages) if m.role == "user"), LlmMessage("user", ""))
    question = _question(asked)
    japanese = _is_japanese(question)
    provider, commands = next((p, c) for words, p, c in _EXAMPLES if any(w in question.lower() for w in words))
    return _TEXTS["ja" if japanese else "en"].format(
        name=asked.name or ("みな" if japanese else "there"),
        question=_quoted(question),
        provider=provider,
        commands=commands,
    )


def _question(asked: LlmMessage) -> str:
    """Return the last words of a turn, which come after the files of their message; or the name of the last file."""
    said = asked.content.rsplit("\n\n", 1)[-1] if asked.name else asked.content
    words = _MARKS.split(said.removeprefix(f"{asked.name}: "))[-1].strip()
    return words or next(reversed(_FILE_NAME.findall(asked.content)), "")


def _is_japanese(text: str) -> bool:
    """Return whether most letters of `text` are Japanese. One ideograph or kana counts as two Latin letters."""
    japanese = len(_JAPANESE.findall(text))
    return 3 * japanese > len(_LETTER.findall(text))


def _quoted(question: str) -> str:
    """Return the beginning of the question on one line, with Markdown removed."""
    plain = " ".join(re.sub(r"[`*_\[\]<>|~$#\\]", "", question.replace("@ai", "")).split())
    return plain if len(plain) <= QUOTED_CHARACTERS else cut(plain, QUOTED_CHARACTERS).rstrip() + "…"
