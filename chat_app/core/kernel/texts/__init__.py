"""Rules that all texts share."""
