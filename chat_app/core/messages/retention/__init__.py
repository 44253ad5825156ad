"""Retention: how long messages are kept, and the deletion of older ones."""
