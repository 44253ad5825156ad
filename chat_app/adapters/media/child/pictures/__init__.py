"""Pictures: their limits, what their makers' devices have added, and thumbnails."""
