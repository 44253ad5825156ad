"""Sockets of pages."""
