"""Permissions in a room, given its state: archived, closed, direct, an aside, or helped by support."""
