"""Reading and exporting the log of the staff's actions, with the names of what it is about."""
