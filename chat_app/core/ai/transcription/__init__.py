"""Speech turned into text."""
