"""Build the storage of files, and what examines them."""
