"""The parts of a conversation: messages, composer, and the events of the room."""
