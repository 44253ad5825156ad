"""Copies of the staff's audit log outside the database."""
