"""Back from a provider."""
