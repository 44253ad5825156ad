"""Build what people sign in by."""
