"""A person's own account, and signing in."""
