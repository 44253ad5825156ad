"""Runs and the writing of answers."""
