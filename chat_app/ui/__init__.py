"""The pages, in Reflex."""
