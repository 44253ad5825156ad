"""Mailers, and the text of mail."""
