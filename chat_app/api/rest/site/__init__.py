"""Endpoints for the site's administrators."""
