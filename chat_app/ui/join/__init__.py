"""Joining a room by an invite link."""
