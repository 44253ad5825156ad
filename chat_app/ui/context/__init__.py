"""The dialogs of a room's context and of an answer's."""
