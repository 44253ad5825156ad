"""Parley over HTTP: the REST API, and what guards every request to the pages and to the API alike."""
