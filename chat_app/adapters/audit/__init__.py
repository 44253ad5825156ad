"""Where the log of what the staff have done is kept besides the database."""
