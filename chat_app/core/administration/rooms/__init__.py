"""The site's rooms as its staff see them: figures and settings, and no message."""
