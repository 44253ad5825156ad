"""The kinds of lines about a room, and of who pays in it."""
