"""The palette (Ctrl+K): go to a room, a person, a message or a page, or do something."""
