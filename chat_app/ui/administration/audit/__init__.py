"""The page of the log of the staff's actions."""
