"""Assistants: a model with instructions, a name and a picture, whom messages call as they call people."""
