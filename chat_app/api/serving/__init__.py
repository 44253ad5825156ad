"""Serve what is no JSON: the built pages, uploaded files, sound."""
