"""Show the context that a model would get: of a room now, and of a draft with its possible cost."""
