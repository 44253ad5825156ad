"""Hubs, which deliver ops to every process with subscribers."""
