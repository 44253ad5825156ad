"""Files that are attached to messages."""
