"""Voice messages: recorded in the composer, and played."""
