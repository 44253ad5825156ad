"""The page of a person's groups."""
