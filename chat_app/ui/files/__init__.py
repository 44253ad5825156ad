"""Files: chosen in the composer, shown in messages, and looked at."""
