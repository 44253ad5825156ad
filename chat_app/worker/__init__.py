"""Background work: thin loops around the use cases."""
