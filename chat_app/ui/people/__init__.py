"""People: search, contacts, and what can be done to a person anywhere."""
