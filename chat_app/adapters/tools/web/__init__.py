"""Pages of the web as text: which addresses may be fetched, and how much is read."""
