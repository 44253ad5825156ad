"""Checks of connections: a test, the outcomes of answers, and whether there is a connection at all."""
