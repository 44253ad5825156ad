"""Open the keys of the settings."""
