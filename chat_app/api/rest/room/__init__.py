"""Rooms, their members, and the ways into them."""
