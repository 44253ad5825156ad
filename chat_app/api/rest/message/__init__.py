"""Messages, their files, answers and marks."""
