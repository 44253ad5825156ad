"""The messages of a room, and what one does with each."""
