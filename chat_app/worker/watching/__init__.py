"""Reload in every process what admins change in the database."""
