"""Exporting the conversation of a room."""
