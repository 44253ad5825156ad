"""Enumerations of rooms: the kinds of lines, who pays, and the states of support's help."""
