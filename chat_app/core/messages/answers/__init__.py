"""Branches, ratings and calls of tools of models' answers."""
