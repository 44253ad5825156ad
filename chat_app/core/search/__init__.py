"""Finding what was said, in all that a person may see."""
