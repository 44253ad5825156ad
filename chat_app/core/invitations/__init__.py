"""Invite links, and invitations of persons and groups."""
