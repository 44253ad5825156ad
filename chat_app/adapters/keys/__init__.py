"""Decrypt the keys that the settings name."""
