"""Asking a model, and its answer as a run on the server."""
