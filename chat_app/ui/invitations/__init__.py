"""Asking people into a room, and the invitations that one gets."""
