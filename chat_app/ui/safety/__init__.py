"""Reporting what breaks the rules."""
