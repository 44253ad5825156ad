"""People: finding them, whom one keeps at hand, and what one does to somebody wherever they stand."""
