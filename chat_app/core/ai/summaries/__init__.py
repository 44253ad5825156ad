"""Summaries of a room's older messages, which replace them if a model's context window is full."""
