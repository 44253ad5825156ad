"""Settings of files: their storage and their examination."""
