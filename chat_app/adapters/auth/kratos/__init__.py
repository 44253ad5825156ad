"""Adapter for Ory Kratos, which can keep passwords and sessions in place of Parley."""
