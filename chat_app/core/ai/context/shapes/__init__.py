"""What the builder of prompts is given: messages, their files, and what stands for older ones."""
