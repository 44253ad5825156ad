"""What a tab has: its states, what it knows already, and the end of both."""
