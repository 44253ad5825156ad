"""Saved prompts: texts that a person keeps to put into the composer by ``/`` and a name."""
