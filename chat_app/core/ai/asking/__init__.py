"""Ask models: which models a message asks, and the messages and runs that result."""
