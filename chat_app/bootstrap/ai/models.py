"""Turn the settings of models into the adapters' configuration."""

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.bootstrap.secrets import revealed
from chat_app.settings import Settings


def llm_config(settings: Settings) -> LlmConfig:
    """Return the configuration of the providers that the environment names."""
    providers = {}
    for name in ("openai", "anthropic", "gemini"):
        if key := revealed(getattr(settings, f"{name}_api_key")):
            providers[name] = Provider(key, getattr(settings, f"{name}_base_url"))
    if settings.ollama_base_url:
        providers["ollama"] = Provider(base_url=settings.ollama_base_url)
    if settings.compatible_base_url:
        key = revealed(settings.compatible_api_key)
        providers["compatible"] = Provider(key, settings.compatible_base_url, settings.compatible_models)
    return LlmConfig(providers, settings.default_model)
