"""Choose what a model is given: the messages that fit its window, and summaries of others."""
