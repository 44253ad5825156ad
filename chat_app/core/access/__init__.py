"""Roles, and the one table of permissions."""
