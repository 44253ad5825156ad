"""Ory Kratos, where it keeps people's passwords and sessions."""
