"""Show what a model would be given: of a room now, and of a draft with what it may cost."""
