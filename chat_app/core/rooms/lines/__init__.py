"""Lines that report changes of a room."""
