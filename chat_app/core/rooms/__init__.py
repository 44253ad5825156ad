"""Rooms, their members, and how people join."""
