"""Reporting messages and people."""
