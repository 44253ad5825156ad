"""The storage of files, and its names."""
