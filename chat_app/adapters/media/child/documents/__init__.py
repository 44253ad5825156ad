"""Documents: their text, page by page."""
