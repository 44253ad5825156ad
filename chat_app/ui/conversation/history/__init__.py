"""The messages of a room, and the actions on each."""
