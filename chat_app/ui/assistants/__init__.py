"""The page of assistants."""
