"""Stripe for tests: `localstripe` and `emulate`, each a process, behind one address that adds what both lack."""
