"""Mail to people: written down with what it is about, sent by the worker, tried again while it cannot be."""
