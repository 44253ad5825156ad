"""Adapters for the ports of ``core``: one folder a port, one file a technology."""
