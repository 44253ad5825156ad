"""The store of files, and what is kept in it."""
