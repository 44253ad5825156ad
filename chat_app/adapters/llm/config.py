"""The configuration of the models."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_app.core.connections.ports import ServedModel

OLLAMA_URL = "http://127.0.0.1:11434"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of models.

    `models` limits the offer to these names, the default first. `kind` is the name of its wire format, if that differs
    from the provider's name; `headers` are extra headers. `served` are the models that it listed at its test.
    """

    key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    models: tuple[str, ...] = ()
    kind: str = ""
    label: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    served: tuple[ServedModel, ...] = ()


@dataclass(frozen=True, slots=True)
class LlmConfig:
    """The providers by name, and the limits of waiting and retrying. `openai`, `anthropic`, `gemini` and `ollama` are
    known names. Any other name is a server that speaks OpenAI's protocol and needs a `base_url`. `default_model` is the
    id of the first model. `local_ollama` is the address at which an unconfigured Ollama is looked for, or None.

    `first_piece_seconds` limits the wait from the request to the first word, `silence_seconds` the wait between words,
    `total_seconds` the whole answer, `drawing_seconds` a picture. `retry_seconds` is the first pause before a failed
    request is repeated. A provider that fails `failures_to_pause` times in a row within `failures_seconds` is paused
    for `pause_seconds`.
    """

    providers: Mapping[str, Provider] = field(default_factory=dict)
    default_model: str | None = None
    local_ollama: str | None = OLLAMA_URL
    first_piece_seconds: float = 60.0
    silence_seconds: float = 30.0
    total_seconds: float = 900.0
    drawing_seconds: float = 180.0
    retry_seconds: float = 0.5
    failures_to_pause: int = 5
    failures_seconds: float = 120.0
    pause_seconds: float = 30.0
    demo_pause_seconds: float = 0.028
