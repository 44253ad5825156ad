"""A person's groups of people."""
