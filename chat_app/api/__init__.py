"""The REST API, and the guards of all requests to pages and API."""

from typing import Final

PREFIX: Final = "/api/v1"
"""The path of the REST API."""
