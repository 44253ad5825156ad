"""The models that vendors offer."""
