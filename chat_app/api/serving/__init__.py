"""Serve files: the built pages, and uploads."""
