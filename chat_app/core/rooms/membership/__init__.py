"""Members of rooms."""
