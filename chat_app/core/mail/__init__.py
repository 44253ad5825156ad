"""Mail to people: stored with its subject matter, sent by the worker, retried."""
