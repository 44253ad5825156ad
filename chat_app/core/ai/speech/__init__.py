"""Answers that are read aloud by a model of a provider."""
