"""Whether connections work: asked now, counted from answers, and whether there is one at all."""
