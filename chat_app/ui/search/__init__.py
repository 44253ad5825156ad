"""Search of everything that the person may see."""
