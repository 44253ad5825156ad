"""Examine files: in separate processes, and by a virus scanner."""
