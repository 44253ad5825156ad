"""Encrypt secrets of older keys again."""
