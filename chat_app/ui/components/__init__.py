"""Stateless components that every page uses."""
