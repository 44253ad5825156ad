"""People: what one does to somebody wherever they stand."""
