"""The input of the prompt builder: messages, their files, and summaries of older messages."""
