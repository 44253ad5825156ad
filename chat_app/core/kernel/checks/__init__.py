"""Check values from outside: addresses, numbers, JSON."""
