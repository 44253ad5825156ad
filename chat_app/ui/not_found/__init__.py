"""The page for unknown addresses."""
