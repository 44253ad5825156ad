"""Search of all messages that a person may see."""
