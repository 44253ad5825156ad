"""Hubs, which bring ops to every process with subscribers."""
