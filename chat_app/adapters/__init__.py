"""Adapters for the ports of ``core``: one folder per port, one file per technology."""
