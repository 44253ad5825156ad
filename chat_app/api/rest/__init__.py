"""The REST endpoints, one module per feature."""
