"""Pictures that models draw: asked for by `/image` or by a tool, made as answers are, kept as files are."""
