"""Inviting people to rooms, and the inbox of invitations."""
