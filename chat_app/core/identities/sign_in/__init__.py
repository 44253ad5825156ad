"""Sign-ins by a provider, from their beginning to the end of their sessions."""
