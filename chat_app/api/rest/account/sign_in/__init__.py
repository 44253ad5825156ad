"""Endpoints by which people sign in and sign up: what sets a cookie is HTTP."""
