"""Settings of the models."""

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from chat_app.settings.reading.area import AreaSettings, own


class LlmSettings(AreaSettings):
    """Names the providers. Each is offered when its key (or, for a local one, its address) is set."""

    default_model: str | None = Field(None, validation_alias=own("default_model"))
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    gemini_api_key: SecretStr | None = None
    gemini_base_url: str | None = None
    ollama_base_url: str | None = None
    compatible_base_url: str | None = None
    compatible_api_key: SecretStr | None = None
    compatible_models: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("compatible_models", mode="before")
    @classmethod
    def _split_models(cls, value: object) -> object:
        """Accept ``a, b`` as well as a sequence."""
        return [name for part in value.split(",") if (name := part.strip())] if isinstance(value, str) else value
