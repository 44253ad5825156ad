"""The page after signing in at a provider."""
