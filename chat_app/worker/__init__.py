"""Work that no request waits for: thin loops around the use cases."""
