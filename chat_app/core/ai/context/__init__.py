"""What a model is given: the messages that fit its window, and what stands for the others."""
