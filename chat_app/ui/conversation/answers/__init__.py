"""Draw what belongs to models' answers beside their text."""
