"""Ask models: which ones a message asks, and the messages and runs that come of it."""
