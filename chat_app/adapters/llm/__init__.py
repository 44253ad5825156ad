"""Models: through LiteLLM where a provider is configured, the built-in demo otherwise."""
