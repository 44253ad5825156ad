"""Models: through LiteLLM where a provider is configured, else the built-in demo."""
