"""Runs: how they change, the places that they take, and their texts while these are written."""
