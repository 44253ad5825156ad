"""Pictures: limits, removal of metadata, and thumbnails."""
