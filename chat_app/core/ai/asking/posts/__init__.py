"""Post messages into rooms, many at once, and queue the answers that they call for."""
