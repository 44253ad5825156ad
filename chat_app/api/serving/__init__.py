"""Serve what is no JSON: the built pages, and uploaded files."""
