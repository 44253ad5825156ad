"""The kinds of lines about a room, of who pays in it, and of support's help there."""
