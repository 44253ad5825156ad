"""Rooms, who is in them, and how one gets in."""
