"""Check what comes from outside: addresses, numbers, JSON."""
