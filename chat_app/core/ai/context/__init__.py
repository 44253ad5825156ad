"""Choose the context of a model: the messages that fit into its window, and summaries of the others."""
