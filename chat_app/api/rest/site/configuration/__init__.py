"""Endpoints by which the site is set up."""
