"""Examination of files: in processes of its own, and by a virus scanner."""
