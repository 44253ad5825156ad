"""Parley: rooms where people and AI models talk together, live."""
