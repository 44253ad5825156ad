"""Lines that say what happened in a room."""
