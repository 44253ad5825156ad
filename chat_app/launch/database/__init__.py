"""The embedded PostgreSQL, and migrations."""
