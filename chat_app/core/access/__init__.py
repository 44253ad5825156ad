"""Roles, and the table of permissions."""
