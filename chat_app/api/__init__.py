"""Parley over HTTP: the REST API, and what guards every request to the pages and to the API alike."""

from typing import Final

PREFIX: Final = "/api/v1"
"""Where the REST API is."""
