"""Answers read from the wire."""
