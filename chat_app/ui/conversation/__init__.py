"""What a conversation is made of: the messages, the composer, and what one does to the room."""
