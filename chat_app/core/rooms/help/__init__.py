"""Requests for help."""
