"""Check, limit and log requests before they reach their endpoint."""
