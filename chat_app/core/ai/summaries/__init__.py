"""Summaries of a room's older messages, which stand for them where a model's window is full."""
