"""Secrets: their digests, and the keys that seal what must be read again."""
