"""The shapes of messages, of their files and of drawings."""
