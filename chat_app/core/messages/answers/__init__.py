"""Branches, ratings and tool calls of models' answers."""
