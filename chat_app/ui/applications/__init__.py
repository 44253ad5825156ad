"""The applications that people sign in to by their account here."""
