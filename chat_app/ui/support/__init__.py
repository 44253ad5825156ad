"""Asking for help, and the page of support."""
