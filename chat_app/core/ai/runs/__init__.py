"""Runs: their states, the slots that they take, and their texts while these are written."""
