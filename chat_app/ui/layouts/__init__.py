"""Layouts of pages."""
