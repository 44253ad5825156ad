"""Search in all that one may see."""
