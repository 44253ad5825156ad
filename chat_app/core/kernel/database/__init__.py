"""Columns of all tables, how their rows are stored, and the errors of the database."""
